// Layers that are quantised part by part while compiling: the same integers as at run time, in one go.
#include <incuse/k210/deployment.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include <support/parameters.hpp>

namespace test_real_steps {

using namespace incuse;
using test::Numbers;
using namespace incuse::k210;

namespace {

struct Net : Network<Input<10, 8, 8>, Conv2d<7, kernel<3>, pad<1>, bias, BatchNorm2d, ReLU>> {};
struct Trained {
  static constexpr Numbers<7 * 90> weights{1, 0.4f};
  static constexpr Numbers<7> biases{2}, mean{3}, gamma{4, 0.9f}, beta{5}, variance{6, 0.4f, 0.6f};
  static constexpr Range input{-0.5f, 1.0f};
  static constexpr RealLayer real_layers[] = {{"conv",
                                               weights.values,
                                               biases.values,
                                               {mean.values, variance.values, gamma.values, beta.values},
                                               {0, 4},
                                               {0, 4}}};
};
using Chip = Deployment<Net, k210_kpu, Trained>;

/// The layer, on a chip with so many bits for sums.
template <int Bits>
struct At {
  static constexpr const KpuLayer& layer = Chip::plan.graph[0].layer;
  static constexpr const Layer& author = Chip::graph[0];
  static constexpr const RealLayer& own = Trained::real_layers[0];
  static constexpr Range input = Trained::input;
  static constexpr int value_bits = Bits;
};

struct RunTime {
  std::vector<std::uint8_t> codes = std::vector<std::uint8_t>(7 * 90);
  std::vector<BatchNorm> entries = std::vector<BatchNorm>(7);
  QuantisedConvolution convolution;

  RunTime() {
    const RealLayer& own = Trained::real_layers[0];
    const k210::detail::FoldedParameters<7> folded(own);
    float scales[7]{};
    convolution = quantise({{10, 8, 8}, 7, 3, false, own.weights.values, folded.bias, folded.factors},
                           {Trained::input, own.convolved, own.output}, relu_clamp, k210::detail::identity,
                           {codes.data(), entries.data(), scales});
  }
  ValueBounds bounds(int bits) const {
    return layer_bounds(
        convolution.layer, [&](int o) { return codes.data() + o * 90; },
        [&](int o) { return entries[static_cast<std::size_t>(o)]; }, bits);
  }
};

bool same(const Interval& a, const Interval& b) { return a.low == b.low && a.high == b.high; }

}  // namespace

TEST_CASE("the integers are those of run time") {
  const RunTime expected;
  REQUIRE(expected.convolution.problem.empty());
  constexpr auto step = k210::detail::RealParts<At<36>>::step;
  constexpr auto codes = k210::detail::RealParts<At<36>>::codes();
  CHECK(step.problem.empty());
  CHECK(step.table == expected.convolution.activation);
  CHECK(step.layer.arg_add == expected.convolution.layer.arg_add);
  for (int o = 0; o < 7; ++o) CHECK(step.entries[o] == expected.entries[static_cast<std::size_t>(o)]);
  for (int i = 0; i < 7 * 90; ++i) {
    CHECK(codes.codes[i] == expected.codes[static_cast<std::size_t>(i)]);
    CHECK(Chip::image.steps[0].weights[i] == codes.codes[i]);
  }
}

TEST_CASE("bounds are found exactly where those of any weights do not fit") {
  const RunTime expected;
  constexpr ValueBounds outer = k210::detail::RealParts<At<36>>::step.bounds;
  CHECK(outer.accumulator.high > expected.bounds(36).accumulator.high);
  CHECK(outer.normalised.low < expected.bounds(36).normalised.low);
  CHECK(outer.normalised.fits(36));
  constexpr ValueBounds exact = k210::detail::RealParts<At<27>>::step.bounds;
  static_assert(!outer.normalised.fits(27));
  CHECK(same(exact.accumulator, expected.bounds(27).accumulator));
  CHECK(same(exact.normalised, expected.bounds(27).normalised));
}

namespace {

constexpr float doubling[] = {2.0f};
template <int Low>
struct Far {
  static constexpr float low = Low;
  static constexpr Range input{low, 101};
  static constexpr RealLayer real_layers[] = {{"double", doubling, {}, {}, {0, 202}, {2 * low, 202}}};
};
using Point = Network<Input<1, 4, 4>, Conv2d<1, kernel<1>>>;

}  // namespace

TEST_CASE("ranges that lose most codes to 0 are told, of the input and of layers") {
  constexpr Findings far = k210::detail::CheckedReals<Point, k210_kpu, Far<100>>::findings;
  REQUIRE(far.size == 2);
  CHECK(far.ok());
  for (const int i : {0, 1}) {
    CHECK(*far[i].rule == k210::rules::range_without_zero);
    CHECK(far[i].layer == i - 1);
    CHECK(far[i].has.values[0] == 3);
  }
  CHECK(k210::detail::CheckedReals<Point, k210_kpu, Far<0>>::findings.size == 0);
  CHECK(k210::detail::CheckedReals<Point, k210_kpu, Far<-5>>::findings.size == 0);
  CHECK(k210::detail::CheckedReals<Point, k210_kpu, Far<40>>::findings.size == 0);  // more than half is left
}

}  // namespace test_real_steps
