// The commands of incuse_random_networks: each has a file of its own, which says what its arguments are.
#pragma once

#include <cstdio>
#include <cstdlib>

#include <support/parts.hpp>

namespace random_networks {

/// What several commands take: how many networks, from which seed on, of which part. Not what is meant: count is 0.
struct Series {
  int count = 1000, first = 1;
  const planned::Part* part = &planned::parts[0];
};
inline Series series_of(int argc, char** argv) {
  Series series;
  if (argc > 1) series.count = std::atoi(argv[1]);
  if (argc > 2) series.first = std::atoi(argv[2]);
  if (argc > 3) series.part = planned::part_named(argv[3]);
  if (series.count >= 1 && series.part != nullptr) return series;
  std::fprintf(stderr, "usage: incuse_random_networks %s [networks] [first seed] [max78000|max78002|ai84]\n", argv[0]);
  return {.count = 0};
}

int early_exits(int argc, char** argv);
int enumeration(int argc, char** argv);
int mixtures(int argc, char** argv);
int soundness(int argc, char** argv);
int stress(int argc, char** argv);

}  // namespace random_networks
