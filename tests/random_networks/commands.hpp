// The commands of incuse_random_networks: each has a file of its own, which says what its arguments are.
#pragma once

namespace random_networks {

int early_exits(int argc, char** argv);
int enumeration(int argc, char** argv);
int mixtures(int argc, char** argv);
int soundness(int argc, char** argv);
int stress(int argc, char** argv);

}  // namespace random_networks
