// The flags of the library as options of the command line.
#pragma once

#include <incuse/import/flags.hpp>

namespace CLI {
class App;
}

namespace cli {

/// Adds the flags to a verb; they set `settings`.
void add_flags(CLI::App& verb, incuse::FlagSettings& settings);

}  // namespace cli
