// The verb new: writes a project of firmware for a board.
#pragma once

#include <string>

#include "request.hpp"

namespace CLI {
class App;
}

namespace cli {

struct NewProject {
  std::string board{};
  std::string name{};  ///< of the project, and of its folder; may have a path in front
};

void add_new_options(CLI::App& verb, NewProject& project);

/// Writes the folder, which must be new or empty. Throws UsageError.
ExitCode new_project(const NewProject& project);

}  // namespace cli
