// Command line flags of the vendor's tool, as far as they change the tables.
#pragma once

#include <string>
#include <vector>

#include <incuse/import/flags.hpp>

namespace conformance {

/// What the flags of a case mean for us.
struct Settings {
  incuse::FlagSettings options{};
  bool pauses = false;  ///< the program can stop an inference and continue it
  bool compare_input = true;
  int verify_length = -1;  ///< words of the output that are checked, less one; -1: all
  std::vector<std::string> not_supported{};
};

Settings settings_of(const std::vector<std::string>& flags);

}  // namespace conformance
