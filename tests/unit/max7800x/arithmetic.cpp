#include <incuse/max7800x/arithmetic.hpp>

#include <cmath>
#include <initializer_list>

#include <doctest/doctest.h>

namespace test_arithmetic {

using namespace incuse;
using namespace incuse::max7800x;

namespace {

/// The definition, in floating point: exact for these magnitudes.
int scaled_by_definition(int accumulator, int shift) {
  const double value = std::floor(0.5 + accumulator * std::pow(2.0, shift) / 128);
  return static_cast<int>(std::fmin(127, std::fmax(-128, value)));
}

}  // namespace

TEST_CASE("an accumulator becomes a byte as the definition says, for every shift") {
  for (int shift = -15; shift <= 15; ++shift)
    for (int step : {1, 61, 4093, 1'048'573})
      for (int i = -255; i <= 255; ++i) {
        CAPTURE(shift);
        CAPTURE(i * step);
        CHECK(scale_to_byte(i * step, shift) == scaled_by_definition(i * step, shift));
      }
}

TEST_CASE("halves round up, results are clipped") {
  static_assert(scale_to_byte(63, 0) == 0);
  static_assert(scale_to_byte(64, 0) == 1);
  static_assert(scale_to_byte(-64, 0) == 0);
  static_assert(scale_to_byte(-65, 0) == -1);
  static_assert(scale_to_byte(128, -1) == 1);
  static_assert(scale_to_byte(-128, -1) == 0);
  static_assert(scale_to_byte(1 << 28, 15) == 127);  // does not overflow on the way
  static_assert(scale_to_byte(-(1 << 28), 15) == -128);
  CHECK(scale_to_byte(32 * 128, 2) == 127);
  CHECK(scale_to_byte(-32 * 128, 2) == -128);
}

TEST_CASE("activations end at 127") {
  CHECK(activate(-5, Activation::none) == -5);
  CHECK(activate(-5, Activation::relu) == 0);
  CHECK(activate(5, Activation::relu) == 5);
  CHECK(activate(-5, Activation::abs) == 5);
  CHECK(activate(-128, Activation::abs) == 127);
}

TEST_CASE("finish: narrow weights are shifted up, wide outputs are left alone") {
  Layer layer;
  layer.op = Operator::conv2d;
  layer.weight_bits = 2;
  CHECK(finish(6, layer) == 3);  // total shift 6: 6 * 64 / 128
  layer.output_shift = -6;
  CHECK(finish(640, layer) == 5);
  layer.wide = true;
  CHECK(finish(123'456'789, layer) == 123'456'789);
  CHECK(finish(-5, layer) == -5);
}

TEST_CASE("averages truncate toward zero, or round half away from it") {
  CHECK(average(7, 4, false) == 1);
  CHECK(average(-7, 4, false) == -1);
  CHECK(average(-3, 4, false) == 0);
  CHECK(average(6, 4, true) == 2);
  CHECK(average(5, 4, true) == 1);
  CHECK(average(-6, 4, true) == -2);
  CHECK(average(-5, 4, true) == -1);
  CHECK(average(4 * -128, 4, true) == -128);
}

TEST_CASE("one-dimensional pooling ignores the rounding switch and the dilation of a maximum") {
  Layer layer;
  layer.op = Operator::conv1d;
  layer.pool_dilation = {3, 1};
  CHECK_FALSE(average_rounds(layer, true));
  CHECK(pooling_dilation(layer) == Extent{1, 1});
  layer.pooling = Pooling::average;
  CHECK(pooling_dilation(layer) == Extent{3, 1});
  layer.op = Operator::conv2d;
  CHECK(average_rounds(layer, true));
  CHECK_FALSE(average_rounds(layer, false));
}

TEST_CASE("element-wise operations work on sign-extended integers") {
  CHECK(combine(100, 100, Elementwise::add) == 200);
  CHECK(combine(-100, 100, Elementwise::sub) == -200);
  CHECK(combine(-128, 1, Elementwise::bitwise_or) == -127);
  CHECK(combine(-1, 1, Elementwise::bitwise_xor) == -2);
}

TEST_CASE("softmax: the worked example of the arithmetic sheet") {
  const int values[] = {0, -16384};
  int result[2] = {};
  softmax(values, 2, 8, result);
  CHECK(result[0] == 21845);
  CHECK(result[1] == 10922);

  const int narrow[] = {0, -256};  // of 2-bit weights: 64 times smaller
  softmax(narrow, 2, 2, result);
  CHECK(result[0] == 21845);
  CHECK(result[1] == 10922);
}

TEST_CASE("softmax: a single winner gets everything, far losers nothing") {
  const int values[] = {1'000'000, 0, 1'000'000 - (16 << 14)};
  int result[3] = {};
  softmax(values, 3, 8, result);
  CHECK(result[0] == 32767);
  CHECK(result[1] == 0);
  CHECK(result[2] == 0);
}

}  // namespace test_arithmetic
