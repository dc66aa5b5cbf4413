// Real parameters of a layer as the MAX7800x stores them: whole numbers of 1, 2, 4 or 8 bits and an output shift.
// Source: max7800x-training 7.2, 7.3 and 7.4, the path without a clip method.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace incuse::import::onnx {

/// Parameters as whole numbers: real weight = weight * 2^(1 - bits + output_shift), real bias likewise.
struct WholeParameters {
  std::string weight{};  ///< signed bytes
  std::string bias{};    ///< signed bytes, in units of 128 products
  int bits = 8;
  int output_shift = 0;
  bool exact = true;  ///< no number was rounded or clamped
};

namespace detail {

/// Rounds all numbers to multiples of 2^(1 - bits + shift), halves up, and clamps them.
inline WholeParameters rounded_parameters(const std::vector<float>& weight, const std::vector<float>& bias, int bits,
                                          int shift) {
  WholeParameters result;
  result.bits = bits;
  result.output_shift = shift;
  const float unit = std::ldexp(1.0f, bits - 1 - shift), most = std::ldexp(1.0f, bits - 1);
  const auto append = [&](const std::vector<float>& numbers, std::string& bytes) {
    for (float number : numbers) {
      const float scaled = number * unit, whole = std::clamp(std::floor(scaled + 0.5f), -most, most - 1);
      result.exact = result.exact && whole == scaled;
      bytes += static_cast<char>(static_cast<int>(whole));
    }
  };
  append(weight, result.weight);
  append(bias, result.bias);
  return result;
}

}  // namespace detail

/// Output shifts and widths of weights that a chip has.
struct WholeLimits {
  int most_shift = 15;         ///< magnitude of the output shift, with 8 less the bits added
  bool narrow_weights = true;  ///< also 1, 2 and 4 bits
};

/// Quantises a layer to 8 bits with the shift of quantisation-aware training, which brings the largest magnitude of
/// weights and biases to more than 1/2 and at most 1. Where that rounds, but the next larger shift or fewer bits hold
/// all numbers as they are, these are taken: the parameters were quantised already. Numbers are finite.
inline WholeParameters whole_parameters(const std::vector<float>& weight, const std::vector<float>& bias,
                                        WholeLimits limits) {
  float largest = 0;
  for (float number : weight) largest = std::fmax(largest, std::fabs(number));
  for (float number : bias) largest = std::fmax(largest, std::fabs(number));
  const float most = static_cast<float>(limits.most_shift);
  const float exponent = largest > 0 ? std::floor(std::log2(1 / largest)) : most;
  const int shift = -static_cast<int>(std::clamp(exponent, -most, most));
  WholeParameters best = detail::rounded_parameters(weight, bias, 8, shift);
  if (!best.exact && shift < limits.most_shift) {
    WholeParameters other = detail::rounded_parameters(weight, bias, 8, shift + 1);
    if (other.exact) best = std::move(other);
  }
  for (int bits = 4; limits.narrow_weights && best.exact && bits >= 1; bits /= 2) {
    if (best.output_shift + 8 - bits > limits.most_shift) break;
    WholeParameters other = detail::rounded_parameters(weight, bias, bits, best.output_shift);
    if (other.exact) best = std::move(other);
  }
  return best;
}

}  // namespace incuse::import::onnx
