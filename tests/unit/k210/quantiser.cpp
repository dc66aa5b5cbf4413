// From floats to integers: rules, refusals, and what the integers compute.
#include <incuse/k210/quantiser.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

using namespace incuse;
using namespace incuse::k210;

// Quantisation sheet, section 1.
TEST_CASE("ranges contain 0 and are not too narrow") {
  CHECK(fixed_up({0.5f, 2.0f}).low == 0.0f);
  CHECK(fixed_up({-5000.0f, 5000.0f}).high == 1000.0f);
  CHECK(fixed_up({0.25f, 0.25f}).high == 0.35f);
  CHECK(fixed_up({0.0f, 0.001f}).high == 0.01f);
  CHECK(fixed_up({-2.0f, -1.0f}).high == 0.0f);
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
  for (float& weight : example.weights) weight = -0.5f;
  CHECK(problem(example) == Text("no weight is positive, so that the scale of its channels is not defined"));
  example = {};
  example.clamp = {3.0f, 3.0f};
  CHECK(problem(example) == Text("the clamp leaves nothing of the output's range"));
  example = {};
  example.bias[0] = 1e9f;
  CHECK(problem(example) == Text("a bias does not fit the batch norm"));
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
  std::mt19937 random(4);
  const auto below = [&](std::uint32_t end) { return static_cast<int>(random() % end); };
  for (int round = 0; round < 400; ++round) {
    const int channels = 1 + below(3), count = 1 + below(20);
    FloatConvolution layer;
    layer.in = {count, 4, 4};
    layer.out_channels = channels;
    std::vector<float> weights;
    for (int i = 0; i < channels * count; ++i) {
      const int widest = round % 4 == 0 ? 38 : round % 4 == 1 ? 4 : 1;
      const float magnitude =
          std::pow(10.0f, static_cast<float>(below(2 * static_cast<std::uint32_t>(widest)) - widest));
      weights.push_back((below(3) == 0 ? -1.0f : 1.0f) * magnitude * static_cast<float>(1 + below(3)));
    }
    weights[0] = 1.0f;
    layer.weights = weights.data();
    std::vector<std::uint8_t> codes(weights.size());
    std::vector<BatchNorm> entries(static_cast<std::size_t>(channels));
    std::vector<float> scales(static_cast<std::size_t>(channels));
    const LayerRanges ranges{{0.0f, 1.0f}, {-1.0f, 1.0f}, {-1.0f, 1.0f}};
    const QuantisedConvolution result = quantise_sums(layer, ranges, {codes.data(), entries.data(), scales.data()});
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
