// The quantisation sheet, section 1, once more, in exact arithmetic: rational numbers, rounded to float or double where
// the sheet says so and nowhere else. What it decides has to be what the library decides, integer by integer: in the
// vendor's style, and in the library's own, which keeps to ranges as they are.
#include <incuse/k210/tables/bounds.hpp>
#include <incuse/k210/tables/quantiser.hpp>
#include <incuse/k210/tables/real_networks.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include <support/kpu_layers.hpp>
#include <support/random.hpp>

namespace test_exact_quantiser {

using namespace incuse;
using namespace incuse::k210;

namespace {

using Integer = boost::multiprecision::cpp_int;
using Real = boost::multiprecision::cpp_rational;

Real power_of_two(int exponent) {
  const Integer power = Integer(1) << std::abs(exponent);
  return exponent < 0 ? Real(Integer(1), power) : Real(power);
}

/// The value of a number in floating point.
Real exact(double value) {
  int exponent = 0;
  const double mantissa = std::frexp(value, &exponent);
  return Real(static_cast<long long>(std::ldexp(mantissa, 53))) * power_of_two(exponent - 53);
}

Integer floor_of(const Real& value) {
  Integer quotient, rest;
  divide_qr(numerator(value), denominator(value), quotient, rest);
  return rest < 0 ? quotient - 1 : quotient;
}

/// "round": to the nearest, halves away from zero.
Integer round_of(const Real& value) {
  const Integer magnitude = floor_of(abs(value) + Real(1, 2));
  return value < 0 ? Integer(-magnitude) : magnitude;
}

/// Exponent e of m * 2^e with 0.5 <= |m| < 1.
int exponent_of(const Real& value) {
  const Real magnitude = abs(value);
  int exponent = static_cast<int>(msb(numerator(magnitude))) - static_cast<int>(msb(denominator(magnitude)));
  while (magnitude < power_of_two(exponent - 1)) --exponent;
  while (magnitude >= power_of_two(exponent)) ++exponent;
  return exponent;
}

/// To the nearest number of so many digits, halves to the even one. No number is finer than 2^finest.
Real rounded_to(const Real& value, int digits, int finest) {
  if (value == 0) return value;
  const int wanted = exponent_of(value) - digits;
  const Real unit = power_of_two(wanted < finest ? finest : wanted);
  const Real units = abs(value) / unit;
  Integer whole = floor_of(units);
  const Real rest = units - whole;
  if (rest > Real(1, 2) || (rest == Real(1, 2) && whole % 2 != 0)) ++whole;
  return (value < 0 ? -whole : whole) * unit;
}
Real f32(const Real& value) { return rounded_to(value, 24, -149); }
Real f64(const Real& value) { return rounded_to(value, 53, -1074); }

struct Fixed {
  Real exact;
  Integer mul;
  int shift;
};

/// "fixed_mul".
Fixed fixed_mul(const Real& value, int bits, int max_shift) {
  if (value == 0) return {0, 0, 0};
  const int n = bits - 1, e = exponent_of(value);
  const Real m = value / power_of_two(e);
  if (abs(value) > 1) {
    const int shift = std::min(max_shift, n - e);
    const Real mul = f32(m * power_of_two(shift + e));
    return {mul, round_of(mul), shift};
  }
  const int t = std::min(max_shift + e, n);
  const Real mul = f32(m * power_of_two(t));
  return {mul, round_of(mul), t - e};
}

struct Params {
  Real low, high, scale;
  Integer zero_point;
};

/// Scale and zero point of a range, which is widened to contain 0.
Params own_params_of(Real low, Real high) {
  const Real tiny = exact(smallest_float);
  low = low < -tiny ? low : Real(0);
  high = high > tiny ? high : Real(0);
  if (low == high) high = 1;
  const Real scale = f32(255 / f32(high - low));
  return {low, high, scale, round_of(f32(-low * scale))};
}

/// "fixup" and "params".
Params params_of(Real low, Real high, const QuantiserStyle& style) {
  if (!style.vendor) return own_params_of(low, high);
  low = std::max(low, Real(-1000));
  high = std::min(high, Real(1000));
  Real d = f32(high - low);
  if (d == 0)
    d = exact(0.1f);
  else if (d < exact(0.01f))
    d = exact(0.01f);
  high = std::max(f32(low + d), Real(0));
  low = std::min(low, Real(0));
  const Real scale = f32(255 / f32(high - low));
  return {low, high, scale, round_of(f32(-low * scale))};
}
Params params_of(Range range, const QuantiserStyle& style) {
  return params_of(exact(range.low), exact(range.high), style);
}

/// "get_range", then "params".
Params params_of(const std::vector<Real>& values, const QuantiserStyle& style) {
  Real low = exact(largest_float), high = exact(smallest_float);
  for (const Real& value : values) {
    if (abs(value) > exact(largest_float)) continue;  // infinite as a float
    low = std::min(low, value);
    high = std::max(high, value);
  }
  return params_of(low, high, style);
}

Integer code_of(const Real& value, const Params& params) {
  const Integer code = round_of(f32(f32(value * params.scale) + params.zero_point));
  return std::min(std::max(code, Integer(0)), Integer(255));
}

using test::Random;

/// From -1 to 1.
float unit(Random& random) { return static_cast<float>(random.real(-1, 1)); }
/// Any normal float.
float any_float(Random& random) {
  return std::ldexp(static_cast<float>(random.real(1, 2)), random.below(250) - 124) * (random.one_in(2) ? 1.0f : -1.0f);
}

/// A layer with all inputs of the quantiser.
struct Trial {
  int channels, count;
  std::vector<float> weights, bias, factors;
  LayerRanges ranges;
  Range clamp;
  FloatConvolution layer;

  /// A layer of one 1x1 channel.
  Trial(std::vector<float> its_weights, float factor)
      : channels(1),
        count(static_cast<int>(its_weights.size())),
        weights(std::move(its_weights)),
        bias{0.5f},
        factors{factor},
        ranges{{0.0f, 1.0f}, {-4.0f, 4.0f}, {-4.0f, 4.0f}},
        clamp(no_clamp),
        layer{{count, 8, 8}, 1, 1, false, weights.data(), bias.data(), factors.data()} {}

  explicit Trial(std::uint32_t seed) {
    Random random(seed);
    channels = 1 + random.below(5);
    const int kernel = random.one_in(2) ? 1 : 3, in = 1 + random.below(6);
    count = in * kernel * kernel;
    const float size = std::ldexp(1.0f, random.below(24) - 12);  // up to 2048: the sheet tries 1000
    const float offset = random.one_in(3) ? 1.0f : 0.0f;         // weights of one sign
    for (int o = 0; o < channels; ++o) {
      const float own = size * std::ldexp(1.0f, -random.below(6));
      for (int i = 0; i < count; ++i) weights.push_back(random.one_in(9) ? 0.0f : own * (unit(random) + offset));
      const float large = random.one_in(6) ? std::ldexp(1.0f, random.below(30)) : 1.0f;
      bias.push_back(random.one_in(4) ? 0.0f : unit(random) * 3.0f * large);
      factors.push_back(random.one_in(3) ? 1.0f : unit(random) * 2.0f);
    }
    const float low = -std::ldexp(1.0f + unit(random), random.below(8) - 4);
    ranges = {{random.one_in(2) ? 0.0f : -1.0f, 0.5f + std::ldexp(1.0f, random.below(5))},
              {low, std::ldexp(1.5f + unit(random), random.below(8) - 3)},
              {low * 0.25f, std::ldexp(1.5f + unit(random), random.below(6) - 3)}};
    clamp = random.one_in(2) ? no_clamp : relu_clamp;
    layer = {{in, 8, 8}, channels, kernel, false, weights.data(), bias.data(), factors.data()};
  }
};

struct Result {
  QuantiserStyle style;
  QuantisedConvolution convolution;
  std::vector<std::uint8_t> codes;
  std::vector<BatchNorm> entries;
  std::vector<float> scales;
  Samples points;
};

float bent(float x) { return x < 0 ? x * 0.1f : x / (1.0f + x * 0.01f); }

Result quantised(const Trial& trial, const QuantiserStyle& style) {
  Result result;
  result.style = style;
  result.codes.resize(trial.weights.size());
  result.entries.resize(trial.bias.size());
  result.scales.resize(trial.bias.size());
  const QuantisedTables tables{result.codes.data(), result.entries.data(), result.scales.data()};
  result.convolution = quantise_sums(trial.layer, trial.ranges, tables, style);
  if (!result.convolution.problem.empty()) return result;
  sample(result.convolution.convolved, trial.clamp, bent, result.points);
  add_activation(result.convolution, result.points, style);
  return result;
}

bool same(const CodeScale& scale, const Params& params) {
  return exact(scale.scale) == params.scale && scale.zero_point == params.zero_point;
}

/// The largest scale with which a channel stays within the range of all weights, up to 65536.
Real own_scale_of(const Params& total, const std::vector<Real>& channel) {
  const Real tiny = exact(smallest_float);
  Real scale = 65536;
  bool limited = false;
  for (const Real& weight : channel) {
    if (abs(weight) <= tiny) continue;
    scale = std::min(scale, weight > 0 ? f64(total.high / weight) : f64(total.low / weight));
    limited = true;
  }
  return limited ? f32(scale) : Real(1);
}

/// Weights, step 2: the scale of a channel; both quotients are defined.
Real scale_of(const Params& total, const Params& channel) {
  const bool high_infinite = channel.high == 0, low_infinite = channel.low == 0;
  const Real high = high_infinite ? Real(0) : f32(total.high / channel.high);
  const Real low = low_infinite ? Real(0) : f32(total.low / channel.low);
  return high_infinite ? low : low_infinite ? high : std::min(high, low);
}

/// Batch norm of a channel: the results that it can have, in codes of the sums' range.
struct Channel {
  Real constant, low, high;
  bool summed = true;
};

/// A channel of which only the constant is seen becomes that end of the table: `y` and `z` are the codes of sums and
/// output.
Channel channel_of(const Trial& trial, const Result& result, int o, const Real& so, const Params& y, const Params& z) {
  const auto index = static_cast<std::size_t>(o);
  const auto first = result.codes.begin() + o * trial.count;
  const int low = *std::min_element(first, first + trial.count) - result.convolution.weights.zero_point;
  const int high = *std::max_element(first, first + trial.count) - result.convolution.weights.zero_point;
  const int zero = result.convolution.input.zero_point;
  const Integer ends[] = {low * -zero, low * (255 - zero), high * -zero, high * (255 - zero)};
  const Real factor = trial.count * so / exact(result.scales[index]), bias = exact(trial.bias[index]) * y.scale;
  const Real least = *std::min_element(ends, ends + 4) * factor + bias;
  const Real most = *std::max_element(ends, ends + 4) * factor + bias;
  const Real below = Real(-y.zero_point), width = std::max(Real(255), Real(255 * y.scale / z.scale));
  const Real above = Real(255 - y.zero_point) + 16 * width;
  if (least <= below && most <= below) return {below, below, below, false};
  if (least >= above) return {above, above, above, false};
  return {bias, least, most, low < high || low != 0};
}

/// True if everything fits and nothing is lost, whatever the weights are.
bool is_plain(const Trial& trial, const Result& result, const Real& post, const Real& so, const Params& y,
              const Params& z) {
  const auto furthest = [](const CodeScale& codes) { return std::max(codes.zero_point, 255 - codes.zero_point); };
  const Real products = Real(trial.count) * furthest(result.convolution.input) * furthest(result.convolution.weights);
  Real bias = 0;
  for (float own : trial.bias) bias = std::max(bias, Real(abs(exact(own)) * y.scale));
  const auto fits_bits = [&](const Real& value, int bits) { return value * post <= power_of_two(bits - 1) - 2; };
  const Real lost = (products / power_of_two(16) + Real(3, 2)) * std::max(y.scale, z.scale) / (y.scale * post);
  return fits_bits(bias, 32) && fits_bits(products * so + bias, 36) && fits_bits(256, 36) && lost <= Real(1, 8);
}

/// Doubled until 1 in a sum is 32 units and a code 64, if factors have 21 bits; halved until all results of the batch
/// norm have 36 bits and all constants 32, whatever the pixels are.
Real fitting(const std::vector<Channel>& channels, const std::vector<float>& scales, Real post, const Real& so) {
  Real largest = 0;
  for (std::size_t o = 0; o < channels.size(); ++o)
    if (channels[o].summed) largest = std::max(largest, Real(so / exact(scales[o])));
  while (post < 64 && largest * post < power_of_two(20)) post *= 2;
  while (largest != 0 && largest * post < 32) post *= 2;
  const auto fits_bits = [&](const Real& value, int bits) { return abs(value) <= power_of_two(bits - 1) - 2; };
  const auto fits = [&](const Channel& own) {
    return fits_bits(own.constant * post, 32) && fits_bits(own.low * post, 36) && fits_bits(own.high * post, 36);
  };
  while (!std::all_of(channels.begin(), channels.end(), fits) || !fits_bits(256 * post, 36)) post /= 2;
  return post;
}

void check_sums(const Trial& trial, const Result& result) {
  const QuantisedConvolution& q = result.convolution;
  std::vector<Real> folded, scaled;
  for (std::size_t i = 0; i < trial.weights.size(); ++i)
    folded.push_back(f32(exact(trial.weights[i]) * exact(trial.factors[i / static_cast<std::size_t>(trial.count)])));
  const Params total = params_of(folded, result.style);
  for (int o = 0; o < trial.channels; ++o) {
    const auto first = folded.begin() + o * trial.count;
    const std::vector<Real> channel(first, first + trial.count);
    const Real scale =
        result.style.vendor ? scale_of(total, params_of(channel, result.style)) : own_scale_of(total, channel);
    REQUIRE(exact(result.scales[static_cast<std::size_t>(o)]) == scale);
    for (int i = 0; i < trial.count; ++i) scaled.push_back(f32(first[i] * scale));
  }
  const Params w = params_of(scaled, result.style), x = params_of(trial.ranges.input, result.style),
               y = params_of(trial.ranges.convolved, result.style);
  CHECK(same(q.weights, w));
  CHECK(same(q.input, x));
  CHECK(same(q.convolved, y));
  CHECK(same(q.output, params_of(trial.ranges.output, result.style)));
  for (std::size_t i = 0; i < scaled.size(); ++i) REQUIRE(result.codes[i] == code_of(scaled[i], w));
  CHECK(q.layer.arg_x == -w.zero_point);
  CHECK(q.layer.arg_w == -x.zero_point);
  CHECK(q.layer.arg_add == trial.layer.kernel * trial.layer.kernel * w.zero_point * x.zero_point);

  const Real so = f32(y.scale / f32(x.scale * w.scale));
  const Fixed wide = fixed_mul(so, 22, 255);
  Real post = f32(Real(wide.mul) / wide.exact) * power_of_two(wide.shift - std::min(wide.shift, 15));
  const Params z = params_of(trial.ranges.output, result.style);
  const bool plain = result.style.vendor || is_plain(trial, result, post, so, y, z);
  std::vector<Channel> channels;
  for (int o = 0; o < trial.channels; ++o) {
    channels.push_back({exact(trial.bias[static_cast<std::size_t>(o)]) * y.scale, 0, 0});
    if (!plain) channels.back() = channel_of(trial, result, o, so, y, z);
  }
  if (!plain) post = fitting(channels, result.scales, post, so);
  const Real in_scale = f64(y.scale * post);
  CHECK(exact(q.activation_scale) == in_scale);
  for (std::size_t o = 0; o < result.entries.size(); ++o) {
    const Fixed norm = fixed_mul(f32(f64(f64(so * post) / exact(result.scales[o]))), 22, 15);
    CHECK(result.entries[o].mul == (channels[o].summed ? norm.mul : 0));
    CHECK(result.entries[o].shift == (channels[o].summed ? norm.shift : 0));
    if (plain)
      CHECK(result.entries[o].add == round_of(f64(exact(trial.bias[o]) * in_scale)));
    else
      CHECK(result.entries[o].add == round_of(channels[o].constant * post));
  }
}

void check_activation(const Trial& trial, const Result& result) {
  const bool vendor = result.style.vendor;
  const Params y = params_of(trial.ranges.convolved, result.style), z = params_of(trial.ranges.output, result.style);
  const auto clamped = [&](const Real& value) {
    return std::min(std::max(value, exact(trial.clamp.low)), exact(trial.clamp.high));
  };
  const Real low = clamped(f32(Real(-y.zero_point) / y.scale)), high = clamped(f32(Real(255 - y.zero_point) / y.scale));
  const Real step = f32(f32(high - low) / 1023);
  for (int i = 0; i < samples; ++i) REQUIRE(exact(result.points.x[i]) == f32(low + f32(i * step)));

  Samples function = result.points;
  const Real output_low = f32(Real(-z.zero_point) / z.scale), output_high = f32(Real(255 - z.zero_point) / z.scale);
  for (float& value : function.y)
    if (!vendor) value = static_cast<float>(std::min(std::max(exact(value), output_low), output_high));
  Pieces fitted(function);
  for (int left = Pieces::count; left > pieces; --left) fitted.merge();
  const Real a = f32(exact(result.convolution.activation_scale));
  int next = 1;
  fitted.for_each([&](float start, float slope, float value) {
    const Segment& segment = result.convolution.activation.segments[next++];
    const Fixed multiplier = fixed_mul(f32(exact(slope) / f32(a / z.scale)), 16, vendor ? 20 : 43);
    CHECK(segment.start == round_of(f32(exact(start) * a)));
    CHECK(segment.mul == std::min(multiplier.mul, Integer(32767)));
    CHECK(segment.shift == multiplier.shift);
    CHECK(segment.bias == code_of(exact(value), z));
  });
  CHECK(next == segments);
  CHECK(result.convolution.activation.segments[0] ==
        Segment{first_start, 0, 0, vendor ? 0 : result.convolution.activation.segments[1].bias});
}

}  // namespace

TEST_CASE("the oracle rounds like the hardware") {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const float a = any_float(random), b = unit(random);
    CHECK(f32(exact(a) * exact(b)) == exact(a * b));
    CHECK(f32(exact(a) / exact(a + b)) == exact(a / (a + b)));
    const double wide = static_cast<double>(a) / 3.0;
    CHECK(f64(exact(a) / 3) == exact(wide));
    CHECK(f32(exact(wide)) == exact(static_cast<float>(wide)));
  }
  CHECK(round_of(Real(-5, 2)) == -3);
  CHECK(f32(exact(1e-45) / 3) == 0);
}

TEST_CASE("multipliers are exact") {
  struct Limits {
    int bits, max_shift;
  };
  Random random(2);
  std::vector<float> values{0.0f,        1.0f,        -1.0f,  0.5f,          2.0f,
                            0.99999994f, 1.00000012f, 1e-45f, largest_float, smallest_float};
  for (int i = 0; i < 1500; ++i) values.push_back(any_float(random));
  for (int i = 0; i < 500; ++i) values.push_back(std::nextafter(std::ldexp(1.0f, random.below(60) - 30), unit(random)));
  for (float value : values)
    for (const Limits limits : {Limits{16, 20}, {22, 15}, {22, 255}}) {
      const Multiplier actual = multiplier_of(value, limits.bits, limits.max_shift);
      const Fixed expected = fixed_mul(exact(value), limits.bits, limits.max_shift);
      INFO("value ", value, ", bits ", limits.bits);
      if (expected.mul >= Integer(1) << 62) continue;  // no field holds it; the library stops there
      CHECK(actual.mul == expected.mul);
      CHECK(actual.shift == expected.shift);
      CHECK(exact(actual.exact) == expected.exact);
    }
}

namespace {

const QuantiserStyle styles[] = {{}, vendor_style};

}  // namespace

TEST_CASE("layers are quantised as exact arithmetic does") {
  int done = 0;
  for (std::uint32_t seed = 1; seed <= 120; ++seed) {
    INFO("seed ", seed);
    const Trial trial(seed);
    for (const QuantiserStyle& style : styles) {
      const Result result = quantised(trial, style);
      if (!result.convolution.problem.empty()) continue;
      ++done;
      check_sums(trial, result);
      check_activation(trial, result);
    }
  }
  CHECK(done > 190);
}

TEST_CASE("weights half-way between two codes") {
  for (float factor : {1.0f, 0.7f, -1.3f}) {
    std::vector<float> weights{-1.2f / factor, 1.35f / factor};
    for (int code = 1; code < 255; ++code) {
      const float middle = (static_cast<float>(code) - 119.5f) * 0.01f / factor;
      for (float weight = middle * 0.9999995f; weight != middle * 1.0000005f && weights.size() < 4000;
           weight = std::nextafter(weight, middle * 1.0000005f))
        weights.push_back(weight);
    }
    const Trial trial(weights, factor);
    for (const QuantiserStyle& style : styles) {
      const Result result = quantised(trial, style);
      REQUIRE(result.convolution.problem.empty());
      check_sums(trial, result);
    }
  }
}

TEST_CASE("weights of one sign, of one value, and none") {
  const std::vector<std::vector<float>> tensors = {{-1.0f},
                                                   {1.0f},
                                                   {0.0f},
                                                   {0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f},
                                                   {-3.0f, -3.0f, -3.0f},
                                                   {0.7f, 0.7f},
                                                   {-0.0f, -0.25f},
                                                   {0.0f, 1e-4f, 2e-4f},
                                                   {-5e-3f, -1e-3f},
                                                   {-2000.0f, 1.0f},
                                                   {1e-40f, -1.0f},
                                                   {4096.0f}};
  for (const std::vector<float>& weights : tensors)
    for (float factor : {1.0f, -1.0f}) {
      const Trial trial(weights, factor);
      const Result result = quantised(trial, {});
      INFO("first weight ", weights[0]);
      REQUIRE(result.convolution.problem.empty());
      check_sums(trial, result);
      check_activation(trial, result);
    }
}

TEST_CASE("weights whose products are beyond the floats") {
  int overflows = 0;
  for (int i = 1; i < 60; ++i) {
    const Trial trial({largest_float, static_cast<float>(-i) * 13.37f, 600.0f, 0.5f, -1.0f, 7.0f, 8.0f, 9.0f, 10.0f},
                      i % 2 == 0 ? 1.0f : 0.99f);
    CHECK(quantised(trial, {}).convolution.problem ==
          Text("the weights go beyond 2^50, or are all smaller than 2^-50"));
    const Result result = quantised(trial, vendor_style);
    REQUIRE(result.convolution.problem.empty());
    check_sums(trial, result);
    overflows += result.codes[0] == 255 ? 1 : 0;
  }
  CHECK(overflows == 59);
}

// KPU sheet, sections 3 and 7.
TEST_CASE("bounds of the sums are exact, however wide they are") {
  Random random(3);
  for (int trial = 0; trial < 400; ++trial) {
    KpuLayer layer = test::kpu_layer({1 + random.below(1024), 4, 4}, 1, random.one_in(2) ? 1 : 3);
    layer.weight_bytes = 1 + random.below(2);
    const int most = layer.weight_bytes == 1 ? 256 : 65536;
    layer.arg_x = random.below(1 << 24) - (1 << 23);
    layer.arg_w = random.below(1 << 24) - (1 << 23);
    layer.shr_x = random.below(16);
    layer.shr_w = random.below(16);
    layer.arg_add = static_cast<long long>(random.bits() >> 25) - (1LL << 38);
    std::vector<int> weights;
    for (int i = 0; i < layer.channel_weights(); ++i) weights.push_back(trial % 4 == 0 ? most - 1 : random.below(most));
    const BatchNorm entry{random.below(1 << 24) - (1 << 23), random.below(16), random.below(1 << 24)};

    const auto sum_of = [&](auto&& pixel) {
      Integer products = 0, pixels = 0, all = 0;
      for (std::size_t i = 0; i < weights.size(); ++i) {
        products += Integer(pixel(i)) * weights[i];
        pixels += pixel(i);
        all += weights[i];
      }
      return products + floor_of(layer.arg_x * pixels / Real(1 << layer.shr_x)) +
             floor_of(layer.arg_w * all / Real(1 << layer.shr_w)) + Integer(layer.arg_add) * layer.sum_channels();
    };
    const auto rises = [&](std::size_t i) { return (Integer(weights[i]) << layer.shr_x) + layer.arg_x > 0; };
    const Integer low = sum_of([&](std::size_t i) { return rises(i) ? 0 : 255; });
    const Integer high = sum_of([&](std::size_t i) { return rises(i) ? 255 : 0; });
    const Integer between = sum_of([&](std::size_t) { return random.below(256); });
    const Integer end = Integer(1) << 35;

    const ValueBounds bounds = bounds_of(layer, weights.data(), entry, 36);
    CHECK(bounds.accumulator.low == low);
    CHECK(bounds.accumulator.high == high);
    CHECK((low <= between && between <= high));
    const bool fits = low >= -end && high < end;
    CHECK(bounds.accumulator.fits(36) == fits);
    if (!fits) continue;
    const auto normalised = [&](const Integer& sum) {
      return floor_of(sum * entry.mul / Real(1 << entry.shift)) + entry.add;
    };
    CHECK(bounds.normalised.low == std::min(normalised(low), normalised(high)));
    CHECK(bounds.normalised.high == std::max(normalised(low), normalised(high)));
  }
}

TEST_CASE("bounds that hold whatever the weights are") {
  int done = 0;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    const Trial trial(seed);
    const Result result = quantised(trial, {});
    if (!result.convolution.problem.empty()) continue;
    for (std::size_t o = 0; o < result.entries.size(); ++o) {
      const BatchNorm entries[] = {result.entries[o]};
      const ValueBounds outer = k210::detail::outer_bounds(result.convolution, entries);
      const ValueBounds own = bounds_of(
          result.convolution.layer, result.codes.data() + o * static_cast<std::size_t>(trial.count), entries[0], 36);
      CHECK((outer.accumulator.low <= own.accumulator.low && own.accumulator.high <= outer.accumulator.high));
      CHECK((outer.normalised.low <= own.normalised.low && own.normalised.high <= outer.normalised.high));
      ++done;
    }
  }
  CHECK(done > 60);
}

}  // namespace test_exact_quantiser
