// From a trained convolution in floating point to the KPU's integers: weights, constants of the sums, batch norm and
// activation table. Source: quantisation sheet (k210-quantisation), section 1, whose words stand in the comments; every
// operation on float is rounded to float as there, so that the integers are the same everywhere.
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

/// value ~ mul * 2^-shift
struct Multiplier {
  float exact = 0;  ///< before it is rounded
  long long mul = 0;
  int shift = 0;
};

namespace detail {

constexpr bool is_finite(float value) { return value >= -largest_float && value <= largest_float; }
constexpr bool is_finite(Range range) { return is_finite(range.low) && is_finite(range.high); }

/// To the nearest integer, halves away from zero. Magnitudes beyond 2^62 are kept at that.
constexpr long long nearest(double value) {
  const double most = 4611686018427387904.0;  // 2^62
  if (!(value < most)) return 1LL << 62;
  if (!(value > -most)) return -(1LL << 62);
  const auto whole = static_cast<long long>(value);
  const double rest = value - static_cast<double>(whole);
  return rest >= 0.5 ? whole + 1 : rest <= -0.5 ? whole - 1 : whole;
}

/// Exponent e of a value m * 2^e with 0.5 <= |m| < 1; all floats are normal numbers as double. 0 has none.
constexpr int exponent_of(double value) {
  return static_cast<int>(__builtin_bit_cast(std::uint64_t, value) >> 52 & 0x7ff) - 1022;
}

/// value * 2^exponent, exact as long as the result is a normal double.
constexpr double scaled(double value, int exponent) {
  for (; exponent > 1000; exponent -= 1000) value *= incuse::detail::power_of_two(1000);
  for (; exponent < -1000; exponent += 1000) value *= incuse::detail::power_of_two(-1000);
  return value * incuse::detail::power_of_two(exponent);
}

constexpr float least_of(float a, float b) { return b < a ? b : a; }
constexpr float greatest_of(float a, float b) { return a < b ? b : a; }
constexpr float clamped(float value, Range range) { return least_of(greatest_of(value, range.low), range.high); }

}  // namespace detail

/// Range of all finite values. The greatest value starts at the smallest positive one, not at the lowest.
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

constexpr Range range_of(const float* values, int count) {
  RangeFinder finder;
  for (int i = 0; i < count; ++i) finder.add(values[i]);
  return finder.range;
}

/// The range that codes are made for: within -1000 to 1000, not too narrow, and 0 belongs to it.
constexpr Range fixed_up(Range range) {
  const float low = detail::greatest_of(range.low, -1000.0f), high = detail::least_of(range.high, 1000.0f);
  float width = high - low;
  if (width == 0.0f)
    width = 0.1f;
  else if (width < 0.01f)
    width = 0.01f;
  return {detail::least_of(low, 0.0f), detail::greatest_of(low + width, 0.0f)};
}

constexpr CodeScale code_scale_of(Range range) {
  const Range r = fixed_up(range);
  const float scale = 255.0f / (r.high - r.low);
  return {static_cast<int>(detail::nearest(rounded(-r.low * scale))), scale};
}

/// A multiplier of `bits` bits with sign and a shift of at most `max_shift`. One that rounds up to the next power of
/// two may need a bit more.
constexpr Multiplier multiplier_of(float value, int bits, int max_shift) {
  if (value == 0.0f || !detail::is_finite(value)) return {};
  const int exponent = detail::exponent_of(value);
  const int most = bits - 1 - exponent;
  const int shift = most < max_shift ? most : max_shift;
  const double exact = detail::scaled(value, shift);
  return {static_cast<float>(exact), detail::nearest(exact), shift};
}

// Activation functions -----------------------------------------------------------------------------------------------
// ----------------------------------------------------------------------------------------------

inline constexpr int samples = 1024;
inline constexpr int pieces = segments - 1;  ///< segment 0 catches what is below the first of them

/// An activation function at equally spaced points.
struct Samples {
  float x[samples]{};
  float y[samples]{};
};

/// Points between the real numbers of codes 0 and 255, as far as the clamp lets them through.
constexpr void place_samples(const CodeScale& input, Range clamp, Samples& result) {
  const float low = detail::clamped(input.real(0), clamp), high = detail::clamped(input.real(highest_code), clamp);
  const float step = (high - low) / (samples - 1);
  for (int i = 0; i < samples; ++i) result.x[i] = low + rounded(static_cast<float>(i) * step);
}

/// Values of a function from float to float at such points.
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
      if (least_[node] == least) return;  // and so are those above it
      least_[node] = least;
    }
  }

  float start_[samples]{}, value_[count]{}, slope_[count]{};
  int next_[count]{}, previous_[samples]{};
  float least_[2 * leaves]{};  ///< bends; node n has the smaller one of nodes 2n and 2n + 1, and leaf i that of piece i
};

/// The activation table of a sampled function. `input_scale` is units of the table's input per real unit, `output` the
/// codes of its results.
constexpr ActivationTable activation_of(const Samples& function, double input_scale, const CodeScale& output) {
  Pieces fitted(function);
  for (int left = Pieces::count; left > pieces; --left) fitted.merge();
  const auto a = static_cast<float>(input_scale);
  ActivationTable table{};
  table.segments[0] = {first_start, 0, 0, 0};
  int next = 1;
  fitted.for_each([&](float start, float slope, float value) {
    const Multiplier m = multiplier_of(slope / rounded(a / output.scale), 16, 20);
    // The field holds 32767 at most: a multiplier that is rounded up to 32768 would turn negative.
    const auto mul = static_cast<int>(m.mul < 32767 ? m.mul : 32767);
    const float code = rounded(value * output.scale) + static_cast<float>(output.zero_point);
    table.segments[next++] = {detail::nearest(rounded(start * a)), mul, m.shift, clip_to_code(detail::nearest(code))};
  });
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
  const float* factors = nullptr;  ///< that the weights of every output channel still lack (batch norm); null: none

  constexpr KpuLayer kpu_layer() const {
    return {.in = in, .out_channels = out_channels, .kernel = kernel, .depthwise = depthwise};
  }
  constexpr float factor(int o) const { return factors == nullptr ? 1.0f : factors[o]; }
};

/// What the values of a layer are within; `convolved` behind the clamp, in front of the activation function.
struct LayerRanges {
  Range input{};
  Range convolved{};
  Range output{};
};

/// Clamps that count as part of the convolution.
inline constexpr Range no_clamp{-largest_float, largest_float}, relu_clamp{0.0f, largest_float},
    relu6_clamp{0.0f, 6.0f};

/// Tables that `quantise` fills in. They live elsewhere.
struct QuantisedTables {
  std::uint8_t* weights;  ///< one code for every weight
  BatchNorm* batch_norm;  ///< one entry for every output channel
  float* channel_scales;  ///< what the weights of every output channel are multiplied by
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

/// a / b with the signs of infinity of IEEE; `undefined` is set for 0 / 0. Compilers refuse to divide by 0.
constexpr float quotient(float a, float b, bool& undefined) {
  if (b != 0.0f) return a / b;
  if (a == 0.0f) undefined = true;
  return a < 0.0f ? -__builtin_huge_valf() : __builtin_huge_valf();
}

/// What the weights of a channel are multiplied by, so that they fill the range of all weights.
constexpr float channel_scale(Range total, Range channel, bool& undefined) {
  bool high_undefined = false, low_undefined = false;
  const float high = quotient(total.high, channel.high, high_undefined);
  const float low = quotient(total.low, channel.low, low_undefined);
  undefined = high_undefined;
  if (high_undefined || low_undefined) return high;  // comparisons with 0 / 0 choose the first
  return high < 0.0f || low < 0.0f ? greatest_of(high, low) : least_of(high, low);
}

/// The least and the greatest of some numbers; infinite if one of them is not a finite number.
constexpr Range extremes_of(const float* values, int count) {
  float low = *values, high = *values;
  float inside = -1.0f;  // numbers of at most this magnitude change nothing
  while (true) {
    // Compilers evaluate this for every weight: no calls, and few iterations.
    // NOLINTBEGIN(bugprone-incorrect-roundings): of 0 to 255, a double loses nothing
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
  const float a = range.low * factor, b = range.high * factor;
  return {least_of(a, b), greatest_of(a, b)};
}

/// A weight's code, not yet a whole number. The product is exact in double precision, so that it is rounded before the
/// sum is; a macro, since calls are what compilers evaluate slowest.
#define INCUSE_WEIGHT_CODE(scaled_weight) (static_cast<float>((scaled_weight)*scale) + zero_point)

/// How weights become codes once they are multiplied by the factor and the scale of their channel.
struct WeightCoding {
  CodeScale codes{};
  bool clips = false;  ///< some are beyond the codes

  constexpr float code(float scaled_weight) const {
    const double scale = codes.scale;
    const auto zero_point = static_cast<float>(codes.zero_point);
    return INCUSE_WEIGHT_CODE(scaled_weight);
  }
};

/// The scales of the channels, and the coding of what they yield. `extremes(o)` are those of a channel's weights times
/// its factor.
template <class Extremes>
constexpr Text scale_weights(const FloatConvolution& layer, const Extremes& extremes, float* scales,
                             WeightCoding& coding) {
  RangeFinder all, scaled;
  for (int o = 0; o < layer.out_channels; ++o) {
    const Range own = extremes(o);
    if (!is_finite(own)) return "a weight is not a finite number";
    all.add(own);
  }
  const Range total = fixed_up(all.range);
  const int count = layer.kpu_layer().channel_weights();
  bool overflows = false;
  for (int o = 0; o < layer.out_channels; ++o) {
    const Range own = extremes(o);
    RangeFinder channel;
    channel.add(own);
    bool undefined = false;
    scales[o] = channel_scale(total, fixed_up(channel.range), undefined);
    if (undefined) return "no weight is positive, so that the scale of its channels is not defined";
    const Range products = product(own, scales[o]);
    scaled.add(products);
    if (is_finite(products)) continue;
    overflows = true;
    const float* weights = layer.weights + o * count;
    for (int i = 0; i < count; ++i) scaled.add(weights[i] * layer.factor(o) * scales[o]);
  }
  coding.codes = code_scale_of(scaled.range);
  coding.clips = overflows || coding.code(scaled.range.low) <= -1.5f || coding.code(scaled.range.high) >= 255.5f;
  return {};
}

/// The codes of the weights of one output channel.
constexpr void quantise_channel(const float* weights, int count, float factor, float channel_scale,
                                const WeightCoding& coding, std::uint8_t* codes) {
  const double scale = coding.codes.scale;
  const auto zero_point = static_cast<float>(coding.codes.zero_point);
#define INCUSE_CODE_AT(i) static_cast<std::uint8_t>(INCUSE_WEIGHT_CODE(weights[i] * factor * channel_scale) + 0.5)
  // Compilers evaluate this for every weight: no calls, and few iterations.
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

/// Batch norm brings the sums to units of 2^-15 to 2^-14 of a code, whatever the scales: returns these units per code.
constexpr double batch_norm_scale(float output_per_sum) {
  const Multiplier m = multiplier_of(output_per_sum, 22, 255);
  const int up = m.shift - (m.shift < 15 ? m.shift : 15);
  return static_cast<double>(static_cast<float>(m.mul) / m.exact) * incuse::detail::power_of_two(up);
}

constexpr Text quantise_batch_norm(const FloatConvolution& layer, QuantisedConvolution& result,
                                   const float* channel_scales, BatchNorm* entries) {
  const float sum_scale = result.input.scale * result.weights.scale;
  const float output_per_sum = result.convolved.scale / sum_scale;
  const double post = batch_norm_scale(output_per_sum);
  result.activation_scale = result.convolved.scale * post;
  for (int o = 0; o < layer.out_channels; ++o) {
    const Multiplier m = multiplier_of(static_cast<float>(output_per_sum * post / channel_scales[o]), 22, 15);
    const long long add = layer.bias == nullptr ? 0 : nearest(layer.bias[o] * result.activation_scale);
    if (!batch_norm::mul.holds(m.mul) || !batch_norm::shift.holds(m.shift))
      return "a factor of the batch norm does not fit its field";
    if (!batch_norm::add.holds(add)) return "a bias does not fit the batch norm";
    entries[o] = {static_cast<int>(m.mul), m.shift, static_cast<int>(add)};
  }
  return {};
}

/// All but weights and activation table, for weights of these scales.
constexpr QuantisedConvolution quantise_constants(const FloatConvolution& layer, const LayerRanges& ranges,
                                                  const CodeScale& weights, const float* channel_scales,
                                                  BatchNorm* entries) {
  QuantisedConvolution result;
  result.layer = layer.kpu_layer();
  result.input = code_scale_of(ranges.input);
  result.weights = weights;
  result.convolved = code_scale_of(ranges.convolved);
  result.output = code_scale_of(ranges.output);
  result.layer.arg_x = -result.weights.zero_point;
  result.layer.arg_w = -result.input.zero_point;
  result.layer.arg_add = 1LL * result.layer.taps() * result.weights.zero_point * result.input.zero_point;
  result.layer.pad_value = result.input.zero_point;
  result.problem = quantise_batch_norm(layer, result, channel_scales, entries);
  return result;
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
                                             const QuantisedTables& tables) {
  const int count = layer.kpu_layer().channel_weights();
  const auto weights = [&](int o) { return layer.weights + o * count; };
  const auto extremes = [&](int o) { return detail::product(detail::extremes_of(weights(o), count), layer.factor(o)); };
  detail::WeightCoding coding;
  const Text problem = detail::scale_weights(layer, extremes, tables.channel_scales, coding);
  if (!problem.empty()) {
    QuantisedConvolution refused;
    refused.layer = layer.kpu_layer();
    refused.problem = problem;
    return refused;
  }
  for (int o = 0; o < layer.out_channels; ++o)
    detail::quantise_channel(weights(o), count, layer.factor(o), tables.channel_scales[o], coding,
                             tables.weights + o * count);
  return detail::quantise_constants(layer, ranges, coding.codes, tables.channel_scales, tables.batch_norm);
}

/// Adds the activation table of a sampled function.
constexpr void add_activation(QuantisedConvolution& convolution, const Samples& function) {
  if (!convolution.problem.empty()) return;
  if (!(function.x[0] < function.x[samples - 1])) {
    convolution.problem = "the clamp leaves nothing of the output's range";
    return;
  }
  convolution.activation = activation_of(function, convolution.activation_scale, convolution.output);
  if (!detail::holds_fields(convolution.activation))
    convolution.problem = "the activation function is too steep for the activation table";
}

/// A convolution with its clamp and activation function (float to float; the identity if there is none). `ranges` are
/// those of the values as they are; 0 is made to belong to them.
template <class Function>
constexpr QuantisedConvolution quantise(const FloatConvolution& layer, const LayerRanges& ranges, Range clamp,
                                        const Function& function, const QuantisedTables& tables) {
  QuantisedConvolution result = quantise_sums(layer, ranges, tables);
  if (!result.problem.empty()) return result;
  Samples points;
  sample(result.convolved, clamp, function, points);
  add_activation(result, points);
  return result;
}

}  // namespace incuse::k210
