// Quantisation-aware training by the chip's rules: when it starts, and with how many bits.
// Source: max7800x-training, section 6.
#pragma once

#include <map>
#include <string>

namespace incuse::train {

/// What the vendor's policy file says. Widths that it does not give are those of the network.
struct Policy {
  bool enabled = true;
  int start_epoch = 10;       ///< counted from 0: before this one, batch norm is folded and rounding begins
  int weight_bits = 0;        ///< of all layers: 1, 2, 4 or 8; 0: as the network says
  double shift_quantile = 1;  ///< quantile of the parameters' magnitudes that sets the output shift, 0 to 1
  std::map<std::string, int> overrides{};  ///< bits of single layers, by name
};

/// What is wrong with a policy, as a sentence; empty if nothing is.
inline std::string problem_of(const Policy& policy) {
  const auto is_width = [](int bits) { return bits == 1 || bits == 2 || bits == 4 || bits == 8; };
  if (policy.start_epoch < 0) return "start_epoch is a number of epochs, 0 or more";
  if (policy.weight_bits != 0 && !is_width(policy.weight_bits)) return "weight_bits is 1, 2, 4 or 8";
  if (!(policy.shift_quantile >= 0 && policy.shift_quantile <= 1)) return "shift_quantile is a number from 0 to 1";
  for (const auto& [layer, bits] : policy.overrides)
    if (!is_width(bits)) return "weight_bits of '" + layer + "' is 1, 2, 4 or 8";
  return {};
}

}  // namespace incuse::train
