// Weights as codes: a scale for every channel, and the codes themselves. See quantiser.hpp.
#pragma once

#include <cstdint>

#include <incuse/k210/tables/quantiser/convolution.hpp>
#include <incuse/k210/tables/quantiser/ranges.hpp>

namespace incuse::k210 {

namespace detail {

/// a / b, where a / 0 is infinite with the sign of a; `undefined` is set for 0 / 0. In constants C++ cannot divide by
/// 0.
constexpr float quotient(float a, float b, bool& undefined) {
  if (b != 0.0f) return a / b;
  if (a == 0.0f) undefined = true;
  return a < 0.0f ? -float_infinity : float_infinity;
}

/// The factor with which the weights of a channel fill the range of all weights. If a channel has no positive or no
/// negative weights, that side sets no limit. The factor is at most `most_channel_scale`: beyond it the channel's batch
/// norm would lose digits.
constexpr float channel_scale(Range total, Range channel, const QuantiserStyle& style) {
  if (channel.low >= -smallest_float && channel.high <= smallest_float) return 1.0f;  // zeros
  double scale = style.most_channel_scale;
  const auto limit = [&](float all, float own) {
    const double quotient = static_cast<double>(all) / static_cast<double>(own);
    if (quotient < scale) scale = quotient;
  };
  if (channel.high > smallest_float) limit(total.high, channel.high);
  if (channel.low < -smallest_float) limit(total.low, channel.low);
  return static_cast<float>(scale);
}

/// The factor of a channel as the vendor's compiler computes it; `undefined` is set where that one gets NaN.
constexpr float vendor_channel_scale(Range total, Range channel, bool& undefined) {
  bool high_undefined = false, low_undefined = false;
  const float high = quotient(total.high, channel.high, high_undefined);
  const float low = quotient(total.low, channel.low, low_undefined);
  undefined = high_undefined;
  if (high_undefined || low_undefined) return high;  // with NaN, the vendor's min and max return `high`
  return high < 0.0f || low < 0.0f ? greatest_of(high, low) : least_of(high, low);
}

/// The least and the greatest of some numbers; infinite if one of them is infinite or NaN.
constexpr Range extremes_of(const float* values, int count) {
  float low = *values, high = *values;
  float inside = -1.0f;  // numbers of at most this magnitude change nothing
  while (true) {
    // Evaluated at compile time for every weight: no calls, and 8 weights in one iteration, for the compilers' limits.
    for (; count >= 8 && INCUSE_MAGNITUDE(values[0]) <= inside && INCUSE_MAGNITUDE(values[1]) <= inside &&
           INCUSE_MAGNITUDE(values[2]) <= inside && INCUSE_MAGNITUDE(values[3]) <= inside &&
           INCUSE_MAGNITUDE(values[4]) <= inside && INCUSE_MAGNITUDE(values[5]) <= inside &&
           INCUSE_MAGNITUDE(values[6]) <= inside && INCUSE_MAGNITUDE(values[7]) <= inside;
         count -= 8)
      values += 8;
    for (; count > 0 && INCUSE_MAGNITUDE(*values) <= inside; --count) ++values;
    if (count == 0) return {low, high};
    const float value = *values;
    if (value < low)
      low = value;
    else if (value > high)
      high = value;
    else if (value != value)
      return {-float_infinity, float_infinity};
    inside = -low < high ? -low : high;
    ++values;
    --count;
  }
}

/// The least and the greatest product: rounding keeps the order of products. Infinite ranges stay as they are.
constexpr Range product(Range range, float factor) {
  if (!is_finite(range)) return range;
  const auto times = [&](float value) {
    const double exact = static_cast<double>(value) * static_cast<double>(factor);
    if (exact <= largest_float && exact >= -largest_float) return static_cast<float>(exact);
    return exact < 0 ? -float_infinity : float_infinity;
  };
  const float a = times(range.low), b = times(range.high);
  return {least_of(a, b), greatest_of(a, b)};
}

/// A weight's code before it is rounded to an integer. The product is exact as double, and is rounded to float before
/// the zero point is added. A macro, since calls are slow at compile time.
#define INCUSE_WEIGHT_CODE(scaled_weight) (static_cast<float>((scaled_weight)*scale) + zero_point)

/// How weights become codes once they are multiplied by the factor and the scale of their channel.
struct WeightCoding {
  CodeScale codes{};
  bool clips = false;  ///< some weights may be below code 0, or not finite: codes have to be clipped

  constexpr float code(float scaled_weight) const {
    const double scale = codes.scale;
    const auto zero_point = static_cast<float>(codes.zero_point);
    return INCUSE_WEIGHT_CODE(scaled_weight);
  }
};

/// Fills in the scales of the channels; returns the range of all scaled weights. `extremes(o)` is the range of a
/// channel's weights times its factor.
template <class Extremes>
constexpr Range scale_channels(int channels, const Extremes& extremes, Range all, float* scales,
                               const QuantiserStyle& style) {
  const Range total = fixed_up(all, style);
  RangeFinder scaled;
  for (int o = 0; o < channels; ++o) {
    scales[o] = channel_scale(total, extremes(o), style);
    scaled.add(product(extremes(o), scales[o]));
  }
  return scaled.range;
}

/// Fills in the scales of the channels as the vendor's compiler does, and widens `scaled` to the scaled weights;
/// `overflows` is set if a product exceeds the floats. Returns what is wrong.
template <class Extremes>
constexpr Text scale_channels_by_vendor(const FloatConvolution& layer, const Extremes& extremes, Range all,
                                        float* scales, RangeFinder& scaled, bool& overflows) {
  const Range total = fixed_up(all, vendor_style);
  const int count = layer.kpu_layer().channel_weights();
  for (int o = 0; o < layer.out_channels; ++o) {
    const Range own = extremes(o);
    RangeFinder channel;
    channel.add(own);
    bool undefined = false;
    scales[o] = vendor_channel_scale(total, fixed_up(channel.range, vendor_style), undefined);
    if (undefined || scales[o] == 0.0f) return "the vendor's compiler finds no scale for its channels";
    const Range products = product(own, scales[o]);
    scaled.add(products);
    if (is_finite(products)) continue;
    overflows = true;
    const float* weights = layer.weights + o * count;
    for (int i = 0; i < count; ++i) scaled.add(weights[i] * layer.factor(o) * scales[o]);
  }
  return {};
}

/// Fills in the scales of the channels, and the coding of the scaled weights. Returns what is wrong.
template <class Extremes>
constexpr Text scale_weights(const FloatConvolution& layer, const Extremes& extremes, const QuantiserStyle& style,
                             float* scales, WeightCoding& coding) {
  RangeFinder all;
  for (int o = 0; o < layer.out_channels; ++o) {
    if (!is_finite(extremes(o))) return "a weight is not a finite number";
    all.add(extremes(o));
  }
  if (!is_usable(all.range, style)) return "the weights go beyond 2^50, or are all smaller than 2^-50";
  RangeFinder scaled;
  bool overflows = false;
  if (style.vendor) {
    const Text problem = scale_channels_by_vendor(layer, extremes, all.range, scales, scaled, overflows);
    if (!problem.empty()) return problem;
  } else {
    scaled.range = scale_channels(layer.out_channels, extremes, all.range, scales, style);
  }
  coding.codes = code_scale_of(scaled.range, style);
  coding.clips = overflows || coding.code(scaled.range.low) <= -1.5f;
  return {};
}

/// The codes of the weights of one output channel.
constexpr void quantise_channel(const float* weights, int count, float factor, float channel_scale,
                                const WeightCoding& coding, std::uint8_t* codes) {
  const double scale = coding.codes.scale;
  const auto zero_point = static_cast<float>(coding.codes.zero_point);
  double code = 0;
// Codes go up to 255.5, for example where the weights reach as far below 0 as above it: these become 255.
// NOLINTBEGIN(bugprone-incorrect-roundings): for 0 to 255 the sum is exact as double
#define INCUSE_CODE_AT(i)                                                \
  (code = INCUSE_WEIGHT_CODE(weights[i] * factor * channel_scale) + 0.5, \
   code < 255.0 ? static_cast<std::uint8_t>(code) : std::uint8_t{255})
  // Evaluated at compile time for every weight: no calls, and 8 weights in one iteration, for the compilers' limits.
  for (; count >= 8 && !coding.clips; count -= 8, weights += 8, codes += 8) {
    codes[0] = INCUSE_CODE_AT(0);
    codes[1] = INCUSE_CODE_AT(1);
    codes[2] = INCUSE_CODE_AT(2);
    codes[3] = INCUSE_CODE_AT(3);
    codes[4] = INCUSE_CODE_AT(4);
    codes[5] = INCUSE_CODE_AT(5);
    codes[6] = INCUSE_CODE_AT(6);
    codes[7] = INCUSE_CODE_AT(7);
  }
  // NOLINTEND(bugprone-incorrect-roundings)
#undef INCUSE_CODE_AT
  for (; count > 0; --count)
    *codes++ = static_cast<std::uint8_t>(clip_to_code(nearest(coding.code(*weights++ * factor * channel_scale))));
}
#undef INCUSE_WEIGHT_CODE

}  // namespace detail

}  // namespace incuse::k210
