// The verb attribute: which parts of an input raise and lower the outputs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "request.hpp"

namespace CLI {
class App;
}

namespace cli {

struct AttributionRequest {
  std::vector<std::string> inputs{};  ///< .npy files
  std::string baseline = "0";         ///< a value, or a .npy of one input or several
  std::string patch{};                ///< "4x4"; empty: by the size of the input
  int permutations = -1;              ///< -1: by the number of patches
  std::uint64_t seed = 1;
  int threads = 0;
};

void add_attribution_options(CLI::App& verb, Request& request, AttributionRequest& wanted);
ExitCode attribute(const Request& request, const AttributionRequest& wanted);

}  // namespace cli
