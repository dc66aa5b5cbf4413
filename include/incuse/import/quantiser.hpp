// Real weights and biases become whole numbers of 1, 2, 4 or 8 bits, as the reference's tool for checkpoints rounds
// them: functions over tensors. All is computed in float, as there. Source: max7800x-training, sections 6.2 and 7.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace incuse::import {

/// What weights are multiplied by before they are rounded, beside 2^(bits - 1).
enum class WeightScale : unsigned char {
  power_of_two,         ///< the greatest power of two with which they fit; the output shift undoes it
  standard_deviations,  ///< the mean and so many standard deviations, or the extreme weight if that is nearer to 0
  maximum,              ///< the greatest magnitude
  average_maximum,      ///< the mean of the greatest, or of the least weights of all outputs
  constant,
};

/// Names of the scales: those of the vendor's --clip-method, and of its checkpoints without one.
struct WeightScaleName {
  WeightScale scale;
  std::string_view name;
};
inline constexpr WeightScaleName weight_scales[] = {
    {WeightScale::power_of_two, "MAX_BIT_SHIFT"},
    {WeightScale::standard_deviations, "STDDEV"},
    {WeightScale::maximum, "MAX"},
    {WeightScale::average_maximum, "AVGMAX"},
    {WeightScale::constant, "SCALE"},
};

struct QuantiserOptions {
  WeightScale scale = WeightScale::power_of_two;
  float deviations = 2;    ///< of `standard_deviations`
  float constant = 0.85F;  ///< of `constant`
};

/// A layer's whole numbers, as the chip takes them.
struct QuantisedLayer {
  std::string weight{};     ///< signed bytes, -2^(bits - 1) to 2^(bits - 1) - 1
  std::string bias{};       ///< likewise, in units of 128 of the accumulator
  int bits = 8;             ///< of the weights
  int output_shift = 0;     ///< sums are multiplied by 2^output_shift
  long long saturated = 0;  ///< weights that were beyond the range
  long long saturated_biases = 0;
  bool exact = true;  ///< no number was rounded or limited
};

/// Output shifts and widths of weights that a chip has.
struct QuantiserLimits {
  int most_shift = 15;         ///< magnitude of the output shift, with 8 less the bits added
  bool narrow_weights = true;  ///< also 1, 2 and 4 bits
  int bias_scale = 128;        ///< what a bias of 1 adds to a sum of products
};

/// The quantile `q` (0 to 1) of the magnitudes of a layer's parameters: interpolated between its neighbours, 1 is the
/// greatest. 0 if there are no parameters.
inline float magnitude_quantile(const std::vector<float>& weight, const std::vector<float>& bias, float q) {
  std::vector<float> magnitudes;
  magnitudes.reserve(weight.size() + bias.size());
  for (const std::vector<float>* values : {&weight, &bias})
    for (const float value : *values) magnitudes.push_back(std::fabs(value));
  if (magnitudes.empty()) return 0;
  if (q >= 1) return *std::max_element(magnitudes.begin(), magnitudes.end());
  const float rank = q * static_cast<float>(magnitudes.size() - 1);
  const std::size_t last = magnitudes.size() - 1;
  const std::size_t below = std::min(static_cast<std::size_t>(rank), last), above = std::min(below + 1, last);
  const auto begin = magnitudes.begin();
  std::nth_element(begin, begin + static_cast<std::ptrdiff_t>(below), magnitudes.end());
  const float lower = magnitudes[below];
  if (above == below) return lower;
  const float upper = *std::min_element(begin + static_cast<std::ptrdiff_t>(above), magnitudes.end());
  const float part = rank - static_cast<float>(below), distance = upper - lower;
  return part < 0.5F ? lower + part * distance : upper - distance * (1 - part);
}

/// The exponent k of the greatest power of two with which parameters of this magnitude fit `bits` bits, so far as the
/// hardware's shifts reach: -k, with 8 - bits added, is -15 to 15, or as far as `most_shift` says.
inline int scale_exponent(float magnitude, int bits, int most_shift = QuantiserLimits{}.most_shift) {
  const float exponent = std::floor(std::log2(1 / magnitude));
  return static_cast<int>(std::clamp(exponent, static_cast<float>(8 - bits - most_shift),  // of 0 it is infinite
                                     static_cast<float>(8 - bits + most_shift)));
}

namespace detail {

inline float mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return static_cast<float>(sum / static_cast<double>(values.size()));
}

/// By the mean and the standard deviation, with n - 1 as denominator, of all weights.
inline float deviation_scale(const std::vector<float>& weight, float deviations) {
  const std::vector<double> values(weight.begin(), weight.end());
  const auto [least, greatest] = std::minmax_element(weight.begin(), weight.end());
  const float mean = mean_of(values);
  double squares = 0;
  for (const double value : values)
    squares += (value - static_cast<double>(mean)) * (value - static_cast<double>(mean));
  const double count = static_cast<double>(values.size());
  const float deviation = count > 1 ? static_cast<float>(std::sqrt(squares / (count - 1))) : 0;
  return std::max(std::fabs(std::max(*least, mean - deviations * deviation)),
                  std::fabs(std::min(*greatest, mean + deviations * deviation)));
}

/// By the least and the greatest weights of the `outputs` outputs.
inline float average_scale(const std::vector<float>& weight, int outputs) {
  std::vector<double> least, greatest;
  const std::size_t each = weight.size() / static_cast<std::size_t>(outputs);
  for (std::size_t o = 0; o < static_cast<std::size_t>(outputs); ++o) {
    const auto begin = weight.begin() + static_cast<std::ptrdiff_t>(o * each);
    const auto [low, high] = std::minmax_element(begin, begin + static_cast<std::ptrdiff_t>(each));
    least.push_back(static_cast<double>(*low));
    greatest.push_back(static_cast<double>(*high));
  }
  return std::max(std::fabs(mean_of(least)), std::fabs(mean_of(greatest)));
}

}  // namespace detail

/// What the weights of a layer with `outputs` outputs (first dimension of the tensor as trained) are multiplied by,
/// beside 2^(bits - 1). Powers of two follow from `magnitude_quantile` instead.
inline float weight_scale(const std::vector<float>& weight, int outputs, const QuantiserOptions& options) {
  if (weight.empty() || outputs < 1 || weight.size() < static_cast<std::size_t>(outputs)) return 1;
  switch (options.scale) {
    case WeightScale::power_of_two:
      return 1;
    case WeightScale::standard_deviations:
      return detail::deviation_scale(weight, options.deviations);
    case WeightScale::maximum: {
      const auto [least, greatest] = std::minmax_element(weight.begin(), weight.end());
      return std::max(std::fabs(*least), std::fabs(*greatest));
    }
    case WeightScale::average_maximum:
      return detail::average_scale(weight, outputs);
    case WeightScale::constant:
      return options.constant;
  }
  return 1;
}

/// Numbers times `factor`, rounded half up, as signed bytes of `bits` bits. Counts those that do not fit; `exact`
/// becomes false if one changes.
inline std::string rounded_bytes(const std::vector<float>& values, float factor, int bits,
                                 long long* saturated = nullptr, bool* exact = nullptr) {
  const float least = -std::ldexp(1.0F, bits - 1), greatest = -least - 1;
  std::string bytes;
  bytes.reserve(values.size());
  for (const float value : values) {
    const float scaled = value * factor, rounded = std::floor(scaled + 0.5F);
    const float kept = std::clamp(rounded, least, greatest);
    if (saturated != nullptr && kept != rounded) ++*saturated;
    if (exact != nullptr && kept != scaled) *exact = false;
    bytes += static_cast<char>(static_cast<int>(kept));
  }
  return bytes;
}

namespace detail {

/// Weights times `weight_factor`, biases times 2^(bits - 1 + exponent).
inline QuantisedLayer rounded_layer(const std::vector<float>& weight, const std::vector<float>& bias, int bits,
                                    int exponent, float weight_factor) {
  QuantisedLayer result;
  result.bits = bits;
  result.weight = rounded_bytes(weight, weight_factor, bits, &result.saturated, &result.exact);
  result.bias =
      rounded_bytes(bias, std::ldexp(1.0F, bits - 1 + exponent), bits, &result.saturated_biases, &result.exact);
  result.output_shift = -exponent;
  return result;
}
/// All times 2^(bits - 1 + exponent).
inline QuantisedLayer shifted_layer(const std::vector<float>& weight, const std::vector<float>& bias, int bits,
                                    int exponent) {
  return rounded_layer(weight, bias, bits, exponent, std::ldexp(1.0F, bits - 1 + exponent));
}

}  // namespace detail

/// Quantises one layer to 1, 2, 4 or 8 bits. `quantile`: share of the weights that a scale
/// of a power of two has to cover, as trained. `outputs`: first dimension of
/// the weights. All numbers have to be finite. With other scales than powers of two the output shift is 0, and the bias
/// is not scaled, as in the reference.
inline QuantisedLayer quantised_layer(const std::vector<float>& weight, const std::vector<float>& bias, int outputs,
                                      int bits, float quantile = 1, const QuantiserOptions& options = {}) {
  if (options.scale == WeightScale::power_of_two)
    return detail::shifted_layer(weight, bias, bits, scale_exponent(magnitude_quantile(weight, bias, quantile), bits));
  const float scale = weight_scale(weight, outputs, options);
  return detail::rounded_layer(weight, bias, bits, 0, std::ldexp(1.0F, bits - 1) * scale);
}

/// Quantises a layer to 8 bits by powers of two, so that all parameters fit: real weight = weight * 2^(1 - bits +
/// output_shift), real bias likewise. Where that rounds, but the next larger shift or fewer bits hold all numbers as
/// they are, these are taken: the parameters were quantised already. Numbers are finite.
inline QuantisedLayer quantised_again(const std::vector<float>& weight, const std::vector<float>& bias,
                                      const QuantiserLimits& limits = {}) {
  const int exponent = scale_exponent(magnitude_quantile(weight, bias, 1), 8, limits.most_shift);
  QuantisedLayer best = detail::shifted_layer(weight, bias, 8, exponent);
  const auto try_instead = [&](int bits, int with_exponent) {
    QuantisedLayer other = detail::shifted_layer(weight, bias, bits, with_exponent);
    if (other.exact) best = std::move(other);
  };
  if (!best.exact && -exponent < limits.most_shift) try_instead(8, exponent - 1);
  for (int bits = 4; limits.narrow_weights && best.exact && bits >= 1; bits /= 2) {
    if (best.output_shift + 8 - bits > limits.most_shift) break;
    try_instead(bits, -best.output_shift);
  }
  return best;
}

/// "3 of its 16 biases do not fit 8 bits"; empty if all fit.
inline std::string saturated_biases_text(long long saturated, std::size_t biases, int bits) {
  if (saturated == 0) return {};
  return std::to_string(saturated) + " of its " + std::to_string(biases) +
         (biases == 1 ? " bias does not fit " : " biases do not fit ") + std::to_string(bits) +
         (bits == 1 ? " bit" : " bits");
}

/// "its biases, of at most 0.001, are all rounded to 0"; empty if one is left, or if all were 0 before.
inline std::string vanished_biases_text(const std::vector<float>& bias, const std::string& bytes) {
  const float most = magnitude_quantile({}, bias, 1);
  for (const char byte : bytes)
    if (byte != 0) return {};
  if (most == 0) return {};
  char number[32];
  std::snprintf(number, sizeof number, "%g", static_cast<double>(most));
  return std::string("its biases, of at most ") + number + ", are all rounded to 0";
}

/// What has become of a layer's biases, a sentence each, if it is not what rounding does.
inline std::vector<std::string> bias_notes(const QuantisedLayer& made, const std::vector<float>& bias) {
  if (std::string vanished = vanished_biases_text(bias, made.bias); !vanished.empty()) return {std::move(vanished)};
  if (made.saturated_biases == 0) return {};
  return {saturated_biases_text(made.saturated_biases, bias.size(), made.bits) +
          ": the nearest number that does is taken"};
}

/// The number that the reference's tool writes into checkpoints for a bias of the chip, which is in units of 128.
inline float checkpoint_bias(int bias, int bits) { return static_cast<float>(bias) * std::ldexp(1.0F, bits - 1); }

}  // namespace incuse::import
