// Options of a deployment: as flags of the command line, and as the types that say the same in C++.
#pragma once

#include <string>

#include <incuse/max7800x/options.hpp>

namespace CLI {
class App;
}

namespace cli {

/// Adds the flags to a verb; they set `options`.
void add_deployment_options(CLI::App& verb, incuse::max7800x::Options& options);

/// The options that differ from the usual ones as types, each with a comma in front: ", max7800x::fifo_input".
std::string option_types(const incuse::max7800x::Options& options);

}  // namespace cli
