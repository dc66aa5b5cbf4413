// The verb compare-dump: where a chip goes wrong.
#pragma once

#include <string>
#include <vector>

#include "request.hpp"

namespace CLI {
class App;
}

namespace cli {

/// What compare-dump asks for besides the network and its input.
struct DumpRequest {
  std::vector<std::string> dumps{};  ///< FILE or FILE@ADDRESS
  std::string after{};               ///< number or name of the last layer that ran; empty: the last one
  bool virtual_chip = false;
};

void add_dump_options(CLI::App& verb, Request& request, DumpRequest& dump);
ExitCode compare_dump(const Request& request, const DumpRequest& dump);

}  // namespace cli
