// Command line flags of the vendor's tool, as far as they change the tables.
#pragma once

#include <set>
#include <string>
#include <vector>

#include <incuse/max7800x/options.hpp>

namespace conformance {

/// What the flags of a case mean for us.
struct Settings {
  incuse::max7800x::Options options{};
  int output_width = 0;   ///< of the last layer; 0: as described
  int input_offset = -1;  ///< -1: as described
  int stop_after = -1;    ///< last layer; -1: all
  bool no_bias = false;   ///< of the layers below; if there are none, of all
  std::set<int> layers_without_bias{};
  bool share_weights = true;  ///< store equal weights once
  bool compare_input = true;
  bool ignore_activation = false;    ///< no layer has an activation, whatever the description says
  bool ignore_streaming = false;     ///< layers do not stream, whatever the description says
  std::set<int> streaming_layers{};  ///< layers that stream, whatever the description says
  bool bias_groups_free = false;     ///< biases may lie in groups that are not in use
  std::vector<std::string> not_supported{};
};

Settings settings_of(const std::vector<std::string>& flags);

}  // namespace conformance
