// From a trained convolution in floating point to the KPU's integers: weights, constants of the sums, batch norm and
// activation table. Source: quantisation sheet (k210-quantisation), section 1, whose terms the comments use. Every
// operation on float is rounded to float as there, so that the integers are the same everywhere. Where the tables of
// the vendor's compiler would not compute the requested function, the default QuantiserStyle differs from it.
#pragma once

#include <cstdint>

#include <incuse/core/elementary.hpp>
#include <incuse/k210/arithmetic.hpp>

namespace incuse::k210 {

inline constexpr float largest_float = 3.40282347e+38f;
inline constexpr float smallest_float = 1.17549435e-38f;  ///< the smallest normal one above 0

/// Least and greatest value of a tensor.
struct Range {
  float low = 0;
  float high = 0;
};

/// How closely the tables follow the vendor's compiler. By default ranges are not changed, but layers are refused whose
/// ranges are narrower than `least_width` or exceed `furthest`; multipliers of the activation table keep their
/// precision; and values beyond the ends of the function or of its output get the result at the nearest end.
struct QuantiserStyle {
  bool vendor = false;
  float furthest = 1125899906842624.0f;            ///< 2^50: the largest magnitude of a range …
  float least_width = 1.0f / 1125899906842624.0f;  ///< … and 2^-50, its least width
  int most_table_shift = 43;                       ///< largest shift of the activation table's multipliers
  float most_channel_scale = 65536.0f;             ///< of channels whose weights are small: see `channel_scale`
};

/// The same integers as the vendor's compiler: ranges are silently cut at ±1000 and widened to 0.01, slopes lose digits
/// where shifts would exceed 20, and for values below the first piece the table yields code 0.
inline constexpr QuantiserStyle vendor_style{true, 1000.0f, 0.01f, 20, largest_float};

/// value ~ mul * 2^-shift
struct Multiplier {
  float exact = 0;  ///< before it is rounded
  long long mul = 0;
  int shift = 0;
};

namespace detail {

constexpr bool is_finite(float value) { return value >= -largest_float && value <= largest_float; }
constexpr bool is_finite(Range range) { return is_finite(range.low) && is_finite(range.high); }

/// To the nearest integer, halves away from zero. Magnitudes beyond 2^62 become 2^62.
constexpr long long nearest(double value) {
  const double most = 4611686018427387904.0;  // 2^62
  if (!(value < most)) return 1LL << 62;
  if (!(value > -most)) return -(1LL << 62);
  const auto whole = static_cast<long long>(value);
  const double rest = value - static_cast<double>(whole);
  return rest >= 0.5 ? whole + 1 : rest <= -0.5 ? whole - 1 : whole;
}

/// Exponent e of a value m * 2^e with 0.5 <= |m| < 1. The value is a float other than 0: as double it is normal.
constexpr int exponent_of(double value) {
  return static_cast<int>(__builtin_bit_cast(std::uint64_t, value) >> 52 & 0x7ff) - 1022;
}

/// To float; magnitudes beyond its range become its largest number.
constexpr float narrowed(double value) {
  const double most = largest_float;
  return static_cast<float>(value > most ? most : value < -most ? -most : value);
}
/// True if a value is a normal float: not 0, not so small that digits are lost, not infinite.
constexpr bool is_normal(double value) {
  const double magnitude = value < 0 ? -value : value;
  return magnitude >= static_cast<double>(smallest_float) && magnitude <= static_cast<double>(largest_float);
}

constexpr float least_of(float a, float b) { return b < a ? b : a; }
constexpr float greatest_of(float a, float b) { return a < b ? b : a; }
constexpr float clamped(float value, Range range) { return least_of(greatest_of(value, range.low), range.high); }

}  // namespace detail

/// Range of all finite values. `high` starts at the smallest positive float, and stays there if all values are
/// negative.
struct RangeFinder {
  Range range{largest_float, smallest_float};

  constexpr void add(float value) {
    if (!detail::is_finite(value)) return;
    range.low = detail::least_of(range.low, value);
    range.high = detail::greatest_of(range.high, value);
  }
  constexpr void add(Range values) {
    add(values.low);
    add(values.high);
  }
};

/// Range of the finite ones of some values: see RangeFinder.
constexpr Range range_of(const float* values, int count) {
  RangeFinder finder;
  for (int i = 0; i < count; ++i) finder.add(values[i]);
  return finder.range;
}

namespace detail {

constexpr Range fixed_up_by_vendor(Range range, const QuantiserStyle& style) {
  const float low = greatest_of(range.low, -style.furthest), high = least_of(range.high, style.furthest);
  float width = high - low;
  if (width == 0.0f)
    width = 0.1f;
  else if (width < style.least_width)
    width = style.least_width;
  return {least_of(low, 0.0f), greatest_of(low + width, 0.0f)};
}

}  // namespace detail

/// The range that codes have to cover: it is widened to contain 0; a range of 0 alone becomes 0 to 1.
constexpr Range fixed_up(Range range, const QuantiserStyle& style = {}) {
  if (style.vendor) return detail::fixed_up_by_vendor(range, style);
  const float low = range.low < -smallest_float ? range.low : 0.0f;
  const float high = range.high > smallest_float ? range.high : 0.0f;
  return {low, low == high ? 1.0f : high};
}

/// True if codes can represent a range.
constexpr bool is_usable(Range range, const QuantiserStyle& style = {}) {
  if (style.vendor) return true;
  if (!detail::is_finite(range)) return false;
  const Range r = fixed_up(range, style);
  return r.low >= -style.furthest && r.high <= style.furthest && r.high - r.low >= style.least_width;
}
inline constexpr Text unusable_range = "a range goes beyond 2^50, or is narrower than 2^-50";

/// Codes of a usable range.
constexpr CodeScale code_scale_of(Range range, const QuantiserStyle& style = {}) {
  const Range r = fixed_up(range, style);
  const float scale = 255.0f / (r.high - r.low);
  return {static_cast<int>(detail::nearest(rounded(-r.low * scale))), scale};
}

/// A multiplier of `bits` bits with sign and a shift of at most `max_shift`. If rounding reaches the next power of two,
/// one bit more is needed: 32767.6 becomes 32768.
constexpr Multiplier multiplier_of(float value, int bits, int max_shift) {
  if (value == 0.0f || !detail::is_finite(value)) return {};
  const int exponent = detail::exponent_of(value);
  const int most = bits - 1 - exponent;
  const int shift = most < max_shift ? most : max_shift;
  const double exact = static_cast<double>(value) * incuse::detail::power_of_two(shift);  // |shift| < 256: it is normal
  return {static_cast<float>(exact), detail::nearest(exact), shift};
}

// Activation functions ------------------------------------------------------------------------------------------------

inline constexpr int samples = 1024;         ///< points at which an activation function is evaluated
inline constexpr int pieces = segments - 1;  ///< of an activation table: segment 0 is for values below the first piece

/// An activation function at equally spaced points.
struct Samples {
  float x[samples]{};
  float y[samples]{};
};

/// Fills in x: equally spaced from the real number of code 0 to that of code 255, with both ends clamped.
constexpr void place_samples(const CodeScale& input, Range clamp, Samples& result) {
  const float low = detail::clamped(input.real(0), clamp), high = detail::clamped(input.real(highest_code), clamp);
  const float step = (high - low) / (samples - 1);
  for (int i = 0; i < samples; ++i) result.x[i] = low + rounded(static_cast<float>(i) * step);
}

/// Fills in x, and y with the values of a function from float to float.
template <class Function>
constexpr void sample(const CodeScale& input, Range clamp, const Function& function, Samples& result) {
  place_samples(input, clamp, result);
  for (int i = 0; i < samples; ++i) result.y[i] = function(result.x[i]);
}

/// Straight pieces of a function. Piece i starts at `start_[i]` with `value_[i]`; they are merged pair by pair.
class Pieces {
 public:
  constexpr explicit Pieces(const Samples& function) {
    for (int i = 0; i < count; ++i) {
      start_[i] = function.x[i];
      value_[i] = function.y[i];
      slope_[i] = (function.y[i + 1] - function.y[i]) / (function.x[i + 1] - function.x[i]);
      next_[i] = i + 1;
      previous_[i] = i - 1;
    }
    start_[count] = function.x[count];
    for (int i = 0; i + 1 < count; ++i) least_[leaves + i] = bend(i, i + 1);
    for (int i = count - 1; i < leaves; ++i) least_[leaves + i] = infinite;
    for (int node = leaves - 1; node > 0; --node) least_[node] = least_below(node);
  }

  /// Merges the first pair of neighbours whose slopes differ least.
  constexpr void merge() {
    int node = 1;
    while (node < leaves) node = 2 * node + (least_[2 * node + 1] < least_[2 * node] ? 1 : 0);
    const int i = node - leaves, j = next_[i], after = next_[j];
    const float stop = start_[after];
    const float end = rounded(rounded(stop - start_[j]) * slope_[j]) + value_[j];
    slope_[i] = (end - value_[i]) / (stop - start_[i]);
    next_[i] = after;
    previous_[after] = i;
    set_bend(j, infinite);
    set_bend(i, after == count ? infinite : bend(i, after));
    if (i > 0) set_bend(previous_[i], bend(previous_[i], i));
  }

  /// Calls `piece(start, slope, value)` from left to right.
  template <class Piece>
  constexpr void for_each(Piece&& piece) const {
    for (int i = 0; i != count; i = next_[i]) piece(start_[i], slope_[i], value_[i]);
  }

  static constexpr int count = samples - 1;

 private:
  static constexpr int leaves = samples;
  static constexpr float infinite = __builtin_huge_valf();

  /// Difference of the slopes of neighbours.
  constexpr float bend(int i, int next) const { return __builtin_fabsf(slope_[i] - slope_[next]); }
  constexpr float least_below(int node) const {
    const float first = least_[2 * node], second = least_[2 * node + 1];
    return second < first ? second : first;
  }
  constexpr void set_bend(int i, float value) {
    int node = leaves + i;
    least_[node] = value;
    while (node > 1) {
      node /= 2;
      const float first = least_[2 * node], second = least_[2 * node + 1];
      const float least = second < first ? second : first;
      if (least_[node] == least) return;  // the nodes above it do not change either
      least_[node] = least;
    }
  }

  float start_[samples]{}, value_[count]{}, slope_[count]{};
  int next_[count]{}, previous_[samples]{};
  float least_[2 * leaves]{};  ///< tree of bends: a node is the smaller one of its children 2n, 2n + 1; leaf i: piece i
};

/// The activation table of a sampled function. `input_scale` is units of the table's input per real unit, `output` the
/// codes of its results.
constexpr ActivationTable activation_of(const Samples& function, double input_scale, const CodeScale& output,
                                        const QuantiserStyle& style = {}) {
  Pieces fitted(function);
  for (int left = Pieces::count; left > pieces; --left) fitted.merge();
  const auto a = static_cast<float>(input_scale);
  const float unit = detail::narrowed(static_cast<double>(a) / static_cast<double>(output.scale));
  ActivationTable table{};
  int next = 1;
  fitted.for_each([&](float start, float slope, float value) {
    const Multiplier m = multiplier_of(detail::narrowed(static_cast<double>(slope) / static_cast<double>(unit)), 16,
                                       style.most_table_shift);
    // The field holds 32767 at most: a multiplier that is rounded up to 32768 would turn negative.
    const auto mul = static_cast<int>(m.mul < 32767 ? m.mul : 32767);
    const float code = rounded(value * output.scale) + static_cast<float>(output.zero_point);
    const float begin = detail::narrowed(static_cast<double>(start) * static_cast<double>(a));
    table.segments[next++] = {detail::nearest(begin), mul, m.shift, clip_to_code(detail::nearest(code))};
  });
  table.segments[0] = {first_start, 0, 0, style.vendor ? 0 : table.segments[1].bias};
  return table;
}

// Convolutions ------------------------------------------------------------------------------------------------------

/// A trained convolution. Weights are [out][in][kernel][kernel], depth-wise [out][kernel][kernel].
struct FloatConvolution {
  Shape in{};
  int out_channels = 0;
  int kernel = 1;
  bool depthwise = false;
  const float* weights = nullptr;
  const float* bias = nullptr;     ///< null: none
  const float* factors = nullptr;  ///< of the weights of every output channel (from a batch norm); null: 1

  constexpr KpuLayer kpu_layer() const {
    return {.in = in, .out_channels = out_channels, .kernel = kernel, .depthwise = depthwise};
  }
  constexpr float factor(int o) const { return factors == nullptr ? 1.0f : factors[o]; }
};

/// Ranges of the values of a layer; `convolved` is after the clamp and before the activation function.
struct LayerRanges {
  Range input{};
  Range convolved{};
  Range output{};
};

/// Clamps of a convolution's results (part of the convolution): no clamp, ReLU, ReLU6.
inline constexpr Range no_clamp{-largest_float, largest_float}, relu_clamp{0.0f, largest_float},
    relu6_clamp{0.0f, 6.0f};

/// Tables that `quantise` fills in; the caller owns them.
struct QuantisedTables {
  std::uint8_t* weights;  ///< one code for every weight
  BatchNorm* batch_norm;  ///< one entry for every output channel
  float* channel_scales;  ///< factor of the weights of every output channel
};

/// Everything else about a quantised convolution.
struct QuantisedConvolution {
  KpuLayer layer{};
  CodeScale input{}, weights{}, convolved{}, output{};
  double activation_scale = 0;  ///< units of the activation table's input per real unit
  ActivationTable activation{};
  Text problem{};  ///< why the layer cannot be quantised; empty if it can
};

namespace detail {

/// a / b, where a / 0 is infinite with the sign of a; `undefined` is set for 0 / 0. In constants C++ cannot divide by
/// 0.
constexpr float quotient(float a, float b, bool& undefined) {
  if (b != 0.0f) return a / b;
  if (a == 0.0f) undefined = true;
  return a < 0.0f ? -__builtin_huge_valf() : __builtin_huge_valf();
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
    for (; count >= 8 && __builtin_fabsf(values[0]) <= inside && __builtin_fabsf(values[1]) <= inside &&
           __builtin_fabsf(values[2]) <= inside && __builtin_fabsf(values[3]) <= inside &&
           __builtin_fabsf(values[4]) <= inside && __builtin_fabsf(values[5]) <= inside &&
           __builtin_fabsf(values[6]) <= inside && __builtin_fabsf(values[7]) <= inside;
         count -= 8)
      values += 8;
    for (; count > 0 && __builtin_fabsf(*values) <= inside; --count) ++values;
    if (count == 0) return {low, high};
    const float value = *values;
    if (value < low)
      low = value;
    else if (value > high)
      high = value;
    else if (value != value)
      return {-__builtin_huge_valf(), __builtin_huge_valf()};
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
    return exact < 0 ? -__builtin_huge_valf() : __builtin_huge_valf();
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

/// Units of the batch norm's result per code: such that 1 in the sum is 32 to 64 units, whatever the scales, with a
/// multiplier of 22 bits and a shift of 15. If 1 in the sum is 64 codes or more, units are about a code each.
constexpr double batch_norm_scale(float output_per_sum) {
  const Multiplier m = multiplier_of(output_per_sum, 22, 255);
  const int up = m.shift - (m.shift < 15 ? m.shift : 15);
  return static_cast<double>(static_cast<float>(m.mul) / m.exact) * incuse::detail::power_of_two(up);
}

/// The units of `batch_norm_scale`, halved until the results of the batch norm, its biases and the starts of the
/// table's segments fit their fields: needed with many weights, large biases, or an output range that is far wider than
/// the products.
constexpr double fitting_scale(const FloatConvolution& layer, const QuantisedConvolution& result,
                               float output_per_sum) {
  const auto furthest = [](const CodeScale& codes) {
    return max_of(codes.zero_point, highest_code - codes.zero_point);
  };
  const double products = 1.0 * layer.kpu_layer().channel_weights() * furthest(result.input) * furthest(result.weights);
  double bias = 0;
  for (int o = 0; o < layer.out_channels && layer.bias != nullptr; ++o)
    if (const double own = layer.bias[o] < 0 ? -layer.bias[o] : layer.bias[o]; own > bias) bias = own;
  bias *= result.convolved.scale;
  const auto most_bias = static_cast<double>(batch_norm::add.highest() - 1);
  const auto most = static_cast<double>(activation::start.highest() - 1);
  double post = batch_norm_scale(output_per_sum);
  while (bias * post > most_bias || (products * output_per_sum + bias) * post > most ||
         (highest_code + 1) * post > most)
    post *= 0.5;
  return post;
}

constexpr Text quantise_batch_norm(const FloatConvolution& layer, const QuantiserStyle& style,
                                   QuantisedConvolution& result, const float* channel_scales, BatchNorm* entries) {
  const Text too_far_apart = "the ranges of input, weights and sums are too far apart";
  const double sums = static_cast<double>(result.input.scale) * static_cast<double>(result.weights.scale);
  if (!is_normal(sums)) return too_far_apart;
  const double per_sum = static_cast<double>(result.convolved.scale) / static_cast<double>(static_cast<float>(sums));
  if (!is_normal(per_sum)) return too_far_apart;
  const auto output_per_sum = static_cast<float>(per_sum);
  const double post = style.vendor ? batch_norm_scale(output_per_sum) : fitting_scale(layer, result, output_per_sum);
  result.activation_scale = result.convolved.scale * post;
  if (!is_normal(result.activation_scale)) return too_far_apart;
  for (int o = 0; o < layer.out_channels; ++o) {
    const Multiplier m = multiplier_of(narrowed(output_per_sum * post / channel_scales[o]), 22, 15);
    const long long add = layer.bias == nullptr ? 0 : nearest(layer.bias[o] * result.activation_scale);
    if (!batch_norm::mul.holds(m.mul) || !batch_norm::shift.holds(m.shift))
      return "a factor of the batch norm does not fit its field";
    if (!batch_norm::add.holds(add)) return "a bias does not fit the batch norm";
    entries[o] = {static_cast<int>(m.mul), m.shift, static_cast<int>(add)};
  }
  return {};
}

/// Everything but weights and activation table. `weights` and `channel_scales` are the scales of the weights.
constexpr QuantisedConvolution quantise_constants(const FloatConvolution& layer, const LayerRanges& ranges,
                                                  const CodeScale& weights, const float* channel_scales,
                                                  const QuantiserStyle& style, BatchNorm* entries) {
  QuantisedConvolution result;
  result.layer = layer.kpu_layer();
  if (!is_usable(ranges.input, style) || !is_usable(ranges.convolved, style) || !is_usable(ranges.output, style)) {
    result.problem = unusable_range;
    return result;
  }
  result.input = code_scale_of(ranges.input, style);
  result.weights = weights;
  result.convolved = code_scale_of(ranges.convolved, style);
  result.output = code_scale_of(ranges.output, style);
  result.layer.arg_x = -result.weights.zero_point;
  result.layer.arg_w = -result.input.zero_point;
  result.layer.arg_add = 1LL * result.layer.taps() * result.weights.zero_point * result.input.zero_point;
  result.layer.pad_value = result.input.zero_point;
  result.problem = quantise_batch_norm(layer, style, result, channel_scales, entries);
  return result;
}

/// Clamps a function to its output's range: the start value of a segment is a code, and cannot lie outside of it.
constexpr void clip(Samples& function, const CodeScale& output) {
  const Range all{output.real(0), output.real(highest_code)};
  for (float& y : function.y) y = clamped(y, all);
}

constexpr bool is_finite(const Samples& function) {
  for (float y : function.y)
    if (!is_finite(y)) return false;
  return true;
}

constexpr bool holds_fields(const ActivationTable& table) {
  for (const Segment& s : table.segments)
    if (!activation::start.holds(s.start) || !activation::mul.holds(s.mul) || !activation::shift.holds(s.shift))
      return false;
  return true;
}

}  // namespace detail

/// Weights, constants and batch norm of a convolution; all but the activation table.
constexpr QuantisedConvolution quantise_sums(const FloatConvolution& layer, const LayerRanges& ranges,
                                             const QuantisedTables& tables, const QuantiserStyle& style = {}) {
  const int count = layer.kpu_layer().channel_weights();
  const auto weights = [&](int o) { return layer.weights + o * count; };
  const auto extremes = [&](int o) { return detail::product(detail::extremes_of(weights(o), count), layer.factor(o)); };
  detail::WeightCoding coding;
  const Text problem = detail::scale_weights(layer, extremes, style, tables.channel_scales, coding);
  if (!problem.empty()) {
    QuantisedConvolution refused;
    refused.layer = layer.kpu_layer();
    refused.problem = problem;
    return refused;
  }
  for (int o = 0; o < layer.out_channels; ++o)
    detail::quantise_channel(weights(o), count, layer.factor(o), tables.channel_scales[o], coding,
                             tables.weights + o * count);
  return detail::quantise_constants(layer, ranges, coding.codes, tables.channel_scales, style, tables.batch_norm);
}

/// Adds the activation table of a sampled function.
constexpr void add_activation(QuantisedConvolution& convolution, Samples function, const QuantiserStyle& style = {}) {
  if (!convolution.problem.empty()) return;
  if (!(function.x[0] < function.x[samples - 1])) {
    convolution.problem = "the clamp leaves nothing of the output's range";
    return;
  }
  if (!detail::is_finite(function)) {
    convolution.problem = "the activation function yields something else than finite numbers";
    return;
  }
  if (!style.vendor) detail::clip(function, convolution.output);
  convolution.activation = activation_of(function, convolution.activation_scale, convolution.output, style);
  if (!detail::holds_fields(convolution.activation))
    convolution.problem = "the activation function is too steep for the activation table";
}

/// A convolution with its clamp and activation function (float to float; the identity if there is none). `ranges` are
/// the ranges of its values; they are widened to contain 0. If `problem` of the result is not empty, it cannot be used.
template <class Function>
constexpr QuantisedConvolution quantise(const FloatConvolution& layer, const LayerRanges& ranges, Range clamp,
                                        const Function& function, const QuantisedTables& tables,
                                        const QuantiserStyle& style = {}) {
  QuantisedConvolution result = quantise_sums(layer, ranges, tables, style);
  if (!result.problem.empty()) return result;
  Samples points;
  sample(result.convolved, clamp, function, points);
  add_activation(result, points, style);
  return result;
}

}  // namespace incuse::k210
