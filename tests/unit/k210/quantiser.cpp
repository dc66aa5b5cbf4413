// From floats to integers: rules, refusals, and what the integers compute.
#include <incuse/k210/tables/bounds.hpp>
#include <incuse/k210/tables/quantiser.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include <support/random.hpp>

namespace test_quantiser {

using namespace incuse;
using namespace incuse::k210;

TEST_CASE("ranges stay what they are, and contain 0") {
  CHECK(fixed_up({0.5f, 2.0f}).low == 0.0f);
  CHECK(fixed_up({-5000.0f, 7000.0f}).low == -5000.0f);
  CHECK(fixed_up({-5000.0f, 7000.0f}).high == 7000.0f);
  CHECK(fixed_up({0.0f, 0.001f}).high == 0.001f);
  CHECK(fixed_up({-2.0f, -1.0f}).high == 0.0f);
  CHECK(fixed_up({0.0f, smallest_float}).high == 1.0f);  // nothing but 0 was found
  CHECK(is_usable({-1e15f, 1e15f}));
  CHECK(is_usable({0.0f, 1e-15f}));
  CHECK(is_usable({0.0f, smallest_float}));
  CHECK_FALSE(is_usable({0.0f, 1.2e15f}));
  CHECK_FALSE(is_usable({0.0f, 8e-16f}));
  CHECK_FALSE(is_usable({0.0f, __builtin_huge_valf()}));
}

TEST_CASE("a range without 0 leaves codes unused") {
  CHECK(codes_inside({0.0f, 5.0f}) == 256);
  CHECK(codes_inside({-3.0f, 0.0f}) == 256);
  CHECK(codes_inside({-1.0f, 4.0f}) == 256);
  CHECK(codes_inside({0.0f, smallest_float}) == 256);
  CHECK(codes_inside({2.0f, 1.0f}) == 256);  // no range: another rule says so
  CHECK(codes_inside({0.0f, 1.2e15f}) == 256);
  CHECK(codes_inside({100.0f, 101.0f}) == 3);
  CHECK(codes_inside({-101.0f, -100.0f}) == 3);
  CHECK(codes_inside({1.0f, 2.0f}) == 128);
  CHECK(codes_inside({0.01f, 1.0f}) == 253);
  // As many as the values at its ends have codes between them, but for rounding.
  for (const Range range : {Range{0.5f, 0.75f}, Range{3.0f, 100.0f}, Range{-9.0f, -4.0f}, Range{1e-6f, 3e-6f}}) {
    const CodeScale codes = code_scale_of(range);
    const auto code = [&](float value) { return static_cast<int>(std::lround(value * codes.scale)); };
    CHECK(std::abs(code(range.high) - code(range.low) + 1 - codes_inside(range)) <= 1);
  }
}

// Quantisation sheet, section 1.
TEST_CASE("the vendor's ranges end at 1000 and are not too narrow") {
  CHECK(fixed_up({0.5f, 2.0f}, vendor_style).low == 0.0f);
  CHECK(fixed_up({-5000.0f, 5000.0f}, vendor_style).high == 1000.0f);
  CHECK(fixed_up({0.25f, 0.25f}, vendor_style).high == 0.35f);
  CHECK(fixed_up({0.0f, 0.001f}, vendor_style).high == 0.01f);
  CHECK(fixed_up({-2.0f, -1.0f}, vendor_style).high == 0.0f);
  const float values[] = {-1.0f, -3.0f, __builtin_nanf(""), __builtin_huge_valf()};
  CHECK(range_of(values, 4).low == -3.0f);
  CHECK(range_of(values, 4).high == smallest_float);  // not -1
}

TEST_CASE("codes") {
  CHECK(code_scale_of({0.0f, 1.0f}).scale == 255.0f);
  CHECK(code_scale_of({-1.0f, 1.0f}).zero_point == 128);  // 127.5
  CHECK(code_scale_of({-1.0f, 1.0f}).real(128) == 0.0f);
}

TEST_CASE("multipliers") {
  const auto is = [](Multiplier m, long long mul, int shift) { return m.mul == mul && m.shift == shift; };
  CHECK(is(multiplier_of(1.0f, 16, 20), 16384, 14));
  CHECK(is(multiplier_of(-1.0f, 16, 20), -16384, 14));
  CHECK(is(multiplier_of(3.0f, 16, 20), 24576, 13));
  CHECK(is(multiplier_of(0.0f, 16, 20), 0, 0));
  CHECK(is(multiplier_of(0.0001f, 16, 20), 105, 20));                 // the shift is at its end: few bits are left
  CHECK(is(multiplier_of(0.99999994f, 16, 20), 32768, 15));           // rounded up to one bit more
  CHECK(is(multiplier_of(1.401298464e-45f, 22, 255), 1048576, 169));  // the smallest float of all
}

namespace {

/// A 1x1 convolution of two channels.
struct Example {
  float weights[4]{0.5f, -0.25f, 0.1f, 0.7f};
  float bias[2]{0.1f, -0.2f};
  LayerRanges ranges{{0.0f, 1.0f}, {-1.0f, 2.0f}, {-1.0f, 2.0f}};
  Range clamp = no_clamp;

  struct Result {
    QuantisedConvolution convolution{};
    std::uint8_t codes[4]{};
    BatchNorm entries[2]{};
    float scales[2]{};
  };
  template <class Function>
  constexpr Result run(const Function& function) const {
    FloatConvolution layer;
    layer.in = {2, 8, 8};
    layer.out_channels = 2;
    layer.weights = weights;
    layer.bias = bias;
    Result result;
    result.convolution = quantise(layer, ranges, clamp, function, {result.codes, result.entries, result.scales});
    return result;
  }
};

constexpr float identity(float x) { return x; }
constexpr float sigmoid(float x) { return 1.0f / (1.0f + exponential(-x)); }

}  // namespace

TEST_CASE("a layer is quantised at compile time, with the same integers as at run time") {
  static constexpr Example::Result constant = Example{}.run(sigmoid);
  const Example::Result again = Example{}.run(sigmoid);
  CHECK(constant.convolution.problem.empty());
  CHECK(constant.convolution.activation == again.convolution.activation);
  for (int i = 0; i < 4; ++i) CHECK(constant.codes[i] == again.codes[i]);
  for (int i = 0; i < 2; ++i) CHECK(constant.entries[i] == again.entries[i]);
}

TEST_CASE("the integers compute what the floats do, to a code") {
  const Example example;
  const Example::Result q = example.run(identity);
  REQUIRE(q.convolution.problem.empty());
  const CodeScale in = q.convolution.input, out = q.convolution.output;
  for (int a = 0; a < 256; a += 15)
    for (int b = 0; b < 256; b += 17) {
      const std::uint8_t pixels[16] = {static_cast<std::uint8_t>(a), static_cast<std::uint8_t>(b)};
      KpuLayer layer = q.convolution.layer;
      layer.in = {2, 1, 1};
      std::uint8_t padded[16]{}, activated[16]{}, plane[16]{}, result[16]{};
      long long terms[16]{}, sums[16]{};
      const Excess excess = run_layer(
          layer, pixels, [&](int o) { return q.codes + 2 * o; }, [&](int o) { return q.entries[o]; },
          q.convolution.activation, 36, {padded, terms, sums, activated, plane}, PlanarOutput{result});
      REQUIRE(excess.none());
      for (int o = 0; o < 2; ++o) {
        const float exact =
            example.weights[2 * o] * in.real(a) + example.weights[2 * o + 1] * in.real(b) + example.bias[o];
        const float code = exact * out.scale + static_cast<float>(out.zero_point);
        const float error = static_cast<float>(result[o]) - code;
        CHECK((error > -1.6f && error < 1.6f));
      }
    }
}

TEST_CASE("what cannot be quantised is said") {
  const auto problem = [](const Example& example) { return example.run(identity).convolution.problem; };
  Example example;
  example.weights[1] = __builtin_nanf("");
  CHECK(problem(example) == Text("a weight is not a finite number"));
  example = {};
  example.clamp = {3.0f, 3.0f};
  CHECK(problem(example) == Text("the clamp leaves nothing of the output's range"));
  example = {};
  example.ranges.convolved = {0.0f, 1e-9f};
  example.ranges.output = {0.0f, 1e-12f};
  example.bias[1] = -1.2f;
  CHECK(problem(example) == Text("the activation function is too steep for the activation table"));
  example.ranges.output = {0.0f, 1e16f};
  CHECK(problem(example) == Text("a range goes beyond 2^50, or is narrower than 2^-50"));
  example = {};
  example.ranges = {{0.0f, 1e-14f}, {0.0f, 1e14f}, {0.0f, 1e14f}};
  for (float& weight : example.weights) weight *= 1e-14f;
  CHECK(problem(example) == Text("the ranges of input, weights and sums are too far apart"));
}

TEST_CASE("weights without negative ones keep their scale") {
  Example example;
  for (float& weight : example.weights) weight = weight < 0 ? -weight : weight;
  const Example::Result q = example.run(identity);
  CHECK(q.convolution.problem.empty());
  CHECK(q.scales[0] == 0.7f / 0.5f);
  CHECK(q.convolution.weights.zero_point == 0);
}

// What lies beyond the codes is clipped, wherever it stands among weights that are coded eight at a time.
TEST_CASE("codes of weights of every magnitude") {
  test::Random random(4);
  for (int round = 0; round < 400; ++round) {
    const int channels = 1 + random.below(3), count = 1 + random.below(20);
    FloatConvolution layer;
    layer.in = {count, 4, 4};
    layer.out_channels = channels;
    std::vector<float> weights;
    for (int i = 0; i < channels * count; ++i) {
      const int widest = round % 4 == 0 ? 38 : round % 4 == 1 ? 4 : 1;
      const float magnitude = std::pow(10.0f, static_cast<float>(random.below(2 * widest) - widest));
      weights.push_back((random.one_in(3) ? -1.0f : 1.0f) * magnitude * static_cast<float>(1 + random.below(3)));
    }
    weights[0] = 1.0f;
    layer.weights = weights.data();
    std::vector<std::uint8_t> codes(weights.size());
    std::vector<BatchNorm> entries(static_cast<std::size_t>(channels));
    std::vector<float> scales(static_cast<std::size_t>(channels));
    const LayerRanges ranges{{0.0f, 1.0f}, {-1.0f, 1.0f}, {-1.0f, 1.0f}};
    const QuantisedConvolution result = quantise_sums(layer, ranges, {codes.data(), entries.data(), scales.data()},
                                                      round < 200 ? QuantiserStyle{} : vendor_style);
    if (result.weights.scale == 0) continue;  // refused before there were codes
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const float scaled = weights[i] * scales[i / static_cast<std::size_t>(count)];
      const double code = double{scaled} * double{result.weights.scale} + result.weights.zero_point;
      if (std::fabs(std::fabs(code - std::floor(code)) - 0.5) < 1e-4) continue;  // rounded to float first
      CAPTURE(round);
      CAPTURE(weights[i]);
      CHECK(codes[i] == (code <= 0 ? 0 : code >= 255 ? 255 : static_cast<int>(std::lround(code))));
    }
  }
}

namespace {

/// One pixel of a layer, and what the KPU makes of it.
struct OneTap {
  float weight, bias;
  LayerRanges ranges;

  int code_for(std::uint8_t pixel, CodeScale* out) const {
    std::uint8_t code = 0;
    BatchNorm entry;
    float scale = 0;
    FloatConvolution layer;
    layer.in = {1, 4, 4};
    layer.out_channels = 1;
    layer.weights = &weight;
    layer.bias = &bias;
    const QuantisedConvolution q = quantise(layer, ranges, no_clamp, identity, {&code, &entry, &scale});
    REQUIRE(q.problem.empty());
    *out = q.output;
    const long long sum =
        1LL * (pixel + q.layer.arg_w) * (code + q.layer.arg_x);  // arg_add and the rest of the sum, multiplied out
    return activate(normalise(sum, entry), q.activation);
  }
  double real_for(std::uint8_t pixel) const {
    CodeScale out;
    const int code = code_for(pixel, &out);
    return static_cast<double>(out.real(code));
  }
};

}  // namespace

TEST_CASE("codes of large and of narrow ranges mean what they are asked to") {
  CHECK(OneTap{10, 0, {{0, 255}, {0, 2550}, {0, 2550}}}.real_for(255) == doctest::Approx(2550));
  CHECK(OneTap{0.2f, 0, {{0, 4096}, {0, 900}, {0, 900}}}.real_for(255) == doctest::Approx(819.2).epsilon(0.003));
  CHECK(OneTap{-1, 1, {{0, 1}, {0, 1}, {0, 1}}}.real_for(255) == doctest::Approx(0));
  CHECK(OneTap{-1, 1, {{0, 1}, {0, 1}, {0, 1}}}.real_for(51) == doctest::Approx(0.8));
  CHECK(OneTap{2000, 0, {{0, 1}, {0, 2000}, {0, 2000}}}.real_for(255) == doctest::Approx(2000));
  CHECK(OneTap{1, 0, {{0, 1e-4f}, {0, 1e-4f}, {0, 1e-4f}}}.real_for(255) == doctest::Approx(1e-4));
  CHECK(OneTap{1e-4f, 0, {{0, 1}, {0, 1e-4f}, {0, 1e-4f}}}.real_for(255) == doctest::Approx(1e-4));
  // The output is narrower than the sums, or begins higher: it ends there.
  CHECK(OneTap{1, -0.5f, {{0, 1}, {-0.5f, 0.5f}, {0, 0.25f}}}.real_for(0) == doctest::Approx(0));
  CHECK(OneTap{1, -0.5f, {{0, 1}, {-0.5f, 0.5f}, {0, 0.25f}}}.real_for(153) == doctest::Approx(0.1).epsilon(0.01));
  CHECK(OneTap{1, -0.5f, {{0, 1}, {-0.5f, 0.5f}, {0, 0.25f}}}.real_for(255) == doctest::Approx(0.25));
}

namespace {

/// How far the channels of a layer lie apart, and its range from what they can reach: powers of two.
struct Spread {
  double weights, bias, range;
};

/// Layers of any size and range. Weights are of both signs, of one, or all of one magnitude.
struct AnyLayer {
  Spread spread;
  test::Random random;
  int channels, count;
  std::vector<float> weights, bias;
  LayerRanges ranges;
  Range clamp = no_clamp;

  explicit AnyLayer(unsigned seed, const Spread& apart = {12, 16, 5}) : spread(apart), random(seed) {
    channels = 1 + random.below(4);
    count = random.one_in(100) ? 9216 : 1 + random.below(random.one_in(3) ? 600 : 4);
    const double size = std::exp2(random.real(-15, 15)), reach = std::exp2(random.real(-15, 15));
    const int signs = random.below(4);
    for (int o = 0; o < channels; ++o) {
      const double own = size * std::exp2(-random.real(0, spread.weights));
      for (int i = 0; i < count; ++i) {
        const double value = random.one_in(20) ? 0.0 : random.real(-1, 1);
        const double weight = signs == 0   ? value
                              : signs == 1 ? std::fabs(value)
                              : signs == 2 ? -std::fabs(value)
                              : value < 0  ? -1.0
                                           : 1.0;
        weights.push_back(static_cast<float>(own * weight));
      }
    }
    ranges.input = {random.one_in(2) ? 0.0f : static_cast<float>(-reach * random.real(0, 1)),
                    static_cast<float>(reach)};
    find_ranges();
  }
  void find_ranges() {
    double low = 0, high = 0;
    for (int o = 0; o < channels; ++o) {
      double least = 0, most = 0;
      for (int i = 0; i < count; ++i) {
        const double a = weights[static_cast<std::size_t>(o * count + i)] * static_cast<double>(ranges.input.low),
                     b = weights[static_cast<std::size_t>(o * count + i)] * static_cast<double>(ranges.input.high);
        least += std::min(a, b);
        most += std::max(a, b);
      }
      const double large = random.one_in(4) ? std::exp2(random.real(0, spread.bias)) : 1.0;
      bias.push_back(static_cast<float>(random.one_in(2) ? 0.0 : (most - least) * random.real(-0.3, 0.3) * large));
      low = std::min(low, least + static_cast<double>(bias.back()));
      high = std::max(high, most + static_cast<double>(bias.back()));
    }
    const double part = std::exp2(-random.real(0, spread.range));  // sums may saturate
    ranges.convolved = {static_cast<float>(low * part), static_cast<float>(high * part)};
    if (random.one_in(2) && high > 0) {
      clamp = relu_clamp;
      ranges.convolved.low = 0;
    }
    ranges.output = ranges.convolved;
    if (random.one_in(3)) ranges.output = {ranges.output.low * 0.5f, ranges.output.high * 0.5f};
  }
  std::size_t at(int o, int i) const { return static_cast<std::size_t>(o * count + i); }
};

/// Such a layer quantised, and what the KPU makes of it.
struct AnyQuantised {
  AnyLayer& any;
  std::vector<std::uint8_t> codes = std::vector<std::uint8_t>(any.weights.size());
  std::vector<BatchNorm> entries = std::vector<BatchNorm>(any.bias.size());
  std::vector<float> scales = std::vector<float>(any.bias.size());
  QuantisedConvolution q;

  explicit AnyQuantised(AnyLayer& layer) : any(layer) {
    const FloatConvolution floats{{any.count, 8, 8},  any.channels,    1,      false,
                                  any.weights.data(), any.bias.data(), nullptr};
    q = quantise(floats, any.ranges, any.clamp, identity, {codes.data(), entries.data(), scales.data()});
  }
  /// The largest distance of a code from the real number that it stands for.
  double worst() {
    double result = 0;
    for (int trial = 0; trial < 20; ++trial)
      for (int o = 0; o < any.channels; ++o) result = std::max(result, distance(trial, o));
    return result;
  }

 private:
  double distance(int trial, int o) {
    const auto channel = static_cast<std::size_t>(o);
    long long sum = 0;
    double real = any.bias[channel];
    for (int i = 0; i < any.count; ++i) {
      const int weight = codes[any.at(o, i)] - q.weights.zero_point;
      const bool positive = trial % 4 < 2 || weight > 0;
      const int pixel = (trial % 4 == 1 ? 255 : any.random.below(positive ? 256 : 40)) - q.input.zero_point;
      sum += 1LL * weight * pixel;
      // The number that the code of the weight stands for: what rounding weights costs is not looked at.
      real += weight / (static_cast<double>(q.weights.scale) * static_cast<double>(scales[channel])) * pixel /
              static_cast<double>(q.input.scale);
    }
    const long long value = normalise(sum, entries[channel]);
    REQUIRE((k210::fits(sum, 36) && k210::fits(value, 36)));
    if (any.clamp.low == 0.0f) real = std::max(real, 0.0);
    const double exact = std::clamp(real * static_cast<double>(q.output.scale) + q.output.zero_point, 0.0, 255.0);
    return std::fabs(activate(value, q.activation) - exact);
  }
};

}  // namespace

TEST_CASE("layers of any size and range compute what real numbers do, to two codes") {
  int done = 0, close = 0;
  for (unsigned seed = 1; seed <= 3000; ++seed) {
    AnyLayer any(seed);
    if (!(any.ranges.output.low < any.ranges.output.high)) continue;
    AnyQuantised layer(any);
    INFO("seed ", seed);
    REQUIRE(layer.q.problem.empty());
    CHECK(layer.q.lost_codes <= 1.0);
    const double worst = layer.worst();
    CHECK(worst < 2.0);
    ++done;
    close += worst <= 1.0 ? 1 : 0;
  }
  CHECK(done > 2800);
  CHECK(close > done - 3);
}

// Results of one channel go far beyond the range, but not all of them: units of the batch norm have to be so large that
// few digits are left for the factors of the others.
TEST_CASE("layers whose channels lie too far apart say by how many codes they are off") {
  const Spread far_apart{17, 24, 22};
  int done = 0, lossy = 0;
  for (unsigned seed = 1; seed <= 2000; ++seed) {
    AnyLayer any(seed, far_apart);
    if (!(any.ranges.output.low < any.ranges.output.high)) continue;
    AnyQuantised layer(any);
    if (!layer.q.problem.empty()) continue;
    INFO("seed ", seed);
    CHECK(layer.worst() < layer.q.lost_codes + 1.01);
    ++done;
    lossy += layer.q.lost_codes > 1.0 ? 1 : 0;
  }
  CHECK(done > 1900);
  CHECK(lossy < 100);
  for (unsigned seed : {22397U, 80665U, 39756U}) {  // the worst of 100,000
    AnyLayer any(seed, far_apart);
    AnyQuantised layer(any);
    INFO("seed ", seed);
    const double worst = layer.worst();
    CHECK(worst > 8.0);
    CHECK(worst < layer.q.lost_codes);
    CHECK(layer.q.lost_codes < 2.0 * worst);
  }
}

// ReLU cuts the second channel, whatever the pixel is: its constant takes no bits from the first one.
TEST_CASE("a channel that is never seen has a constant at the end of the range") {
  Example example;
  example.ranges.convolved = example.ranges.output = {0.0f, 1.0f};
  example.clamp = relu_clamp;
  const BatchNorm seen = example.run(identity).entries[0];
  for (float bias : {-1e6f, -1e30f}) {
    example.bias[1] = bias;
    const Example::Result q = example.run(identity);
    REQUIRE(q.convolution.problem.empty());
    CHECK(q.entries[0] == seen);
    CHECK(q.entries[1] == BatchNorm{0, 0, 0});
  }
  example.bias[1] = 1e30f;
  const Example::Result q = example.run(identity);
  CHECK(q.entries[1].mul == 0);
  CHECK(activate(q.entries[1].add, q.convolution.activation) == highest_code);
}

}  // namespace test_quantiser
