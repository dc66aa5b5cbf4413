// The arithmetic of the KPU, on small numbers.
#include <incuse/k210/arithmetic.hpp>

#include <doctest/doctest.h>

namespace test_arithmetic {

using namespace incuse;
using namespace incuse::k210;

// KPU sheet, section 7.
TEST_CASE("the newer emulator rounds halves to even, and negative values oddly") {
  CHECK(round_shift(5, 1) == 2);    // 2.5
  CHECK(round_shift(7, 1) == 4);    // 3.5
  CHECK(round_shift(11, 2) == 3);   // 2.75
  CHECK(round_shift(9, 2) == 2);    // 2.25
  CHECK(round_shift(-5, 2) == -3);  // -1.25: floor -2, rest 0.75, one less
  CHECK(round_shift(-7, 2) == -2);  // -1.75: floor -2, rest 0.25
  CHECK(round_shift(-3, 1) == -2);  // -1.5: floor -2 is even
  CHECK(round_shift(-1, 1) == -2);  // -0.5: floor -1 is odd, one less
  CHECK(round_shift(1234, 0) == 1234);
  CHECK(round_shift(1LL << 50, 255) == 0);
}

TEST_CASE("the older emulator rounds halves up") {
  CHECK(round_shift(5, 1, Emulator::older) == 3);
  CHECK(round_shift(7, 1, Emulator::older) == 4);
  CHECK(round_shift(9, 2, Emulator::older) == 2);
  CHECK(round_shift(-4, 1, Emulator::older) == -2);
  CHECK(round_shift(-5, 1, Emulator::older) == -4);
}

TEST_CASE("a value belongs to the last segment that begins below it") {
  ActivationTable table{};
  for (int i = 0; i < segments; ++i) table.segments[i] = {i < 4 ? 10LL * i : 1000, 0, 0, i};
  table.segments[0].start = first_start;
  CHECK(segment_of(10, table).bias == 0);
  CHECK(segment_of(10, table, Emulator::older).bias == 1);
  CHECK(segment_of(11, table).bias == 1);
  CHECK(segment_of(1000, table).bias == 3);
  CHECK(segment_of(1001, table).bias == 15);  // of equal starts the last
  CHECK(segment_of(first_start, table).bias == 0);
}

TEST_CASE("results are clipped to codes") {
  ActivationTable table{};
  for (Segment& s : table.segments) s = {first_start, 0, 0, 0};
  table.segments[15] = {0, 1, 0, 100};
  CHECK(activate(1, table) == 101);
  CHECK(activate(200, table) == 255);
  CHECK(activate(-5, table) == 0);
}

namespace {

constexpr int pooled(KpuPool kind, int y, int x, Emulator emulator = Emulator::newer) {
  const int map[3][3] = {{1, 2, 3}, {4, 5, 6}, {7, 8, 10}};
  return pool(description_of(kind), {3, 3}, y, x, emulator, [&](int i, int j) { return map[i][j]; });
}

}  // namespace

TEST_CASE("pooling") {
  CHECK(pooled(KpuPool::none, 1, 2) == 6);
  CHECK(pooled(KpuPool::max_2x2, 0, 0) == 5);
  CHECK(pooled(KpuPool::mean_2x2, 0, 0) == 3);
  CHECK(pooled(KpuPool::left_top_2x2, 0, 0) == 1);
  CHECK(pooled(KpuPool::right_top_2x2, 0, 0) == 2);
  CHECK(pooled(KpuPool::max_2x2_stride_1, 1, 1) == 10);
  CHECK(pooled(KpuPool::max_2x2_stride_1, 2, 0) == 8);   // below the last row there is nothing
  CHECK(pooled(KpuPool::mean_2x2_stride_1, 1, 1) == 7);  // 29 / 4
  CHECK(pooled(KpuPool::mean_2x2_stride_1, 2, 1) == 9);  // the last row once more: 36 / 4
  CHECK(pooled(KpuPool::mean_2x2_stride_1, 2, 2) == 10);
  CHECK(pooled(KpuPool::mean_2x2_stride_1, 2, 1, Emulator::older) == 9);
}

namespace {

/// A layer of one 3x3 kernel of ones on a 3x3 map, with identity batch norm and activation.
struct SmallLayer {
  KpuLayer layer{};
  std::uint8_t input[9]{1, 2, 3, 4, 5, 6, 7, 8, 9};
  std::uint8_t weights[9]{1, 1, 1, 1, 1, 1, 1, 1, 1};
  BatchNorm entry{1, 0, 0};
  int value_bits = 36;

  constexpr SmallLayer() {
    layer.in = {1, 3, 3};
    layer.out_channels = 1;
    layer.kernel = 3;
  }
  struct Result {
    std::uint8_t pixels[9]{};
    Excess excess{};
  };
  constexpr Result run() const {
    ActivationTable table{};
    for (Segment& s : table.segments) s = {0, 1, 0, 0};
    table.segments[0] = {first_start, 0, 0, 0};
    std::uint8_t padded[25]{}, activated[9]{}, plane[9]{};
    long long terms[9]{}, sums[9]{};
    Result result;
    result.excess = run_layer(
        layer, input, [&](int) { return weights; }, [&](int) { return entry; }, table, value_bits,
        {padded, terms, sums, activated, plane}, PlanarOutput{result.pixels});
    return result;
  }
};

}  // namespace

TEST_CASE("a convolution, at compile time too") {
  constexpr SmallLayer::Result result = SmallLayer{}.run();
  static_assert(result.excess.none() && result.pixels[4] == 45);
  CHECK(result.pixels[0] == 12);
  CHECK(result.pixels[8] == 28);
}

TEST_CASE("padding takes part in all sums, and the constant counts once for each input channel") {
  SmallLayer small;
  small.layer.pad_value = 10;
  CHECK(small.run().pixels[0] == 12 + 5 * 10);
  small.layer.arg_x = -1;  // less the sum of pixels: nothing is left
  CHECK(small.run().pixels[0] == 0);
  small.layer.arg_add = 7;
  CHECK(small.run().pixels[0] == 7);
  small.layer.arg_w = 3;  // nine weights
  small.layer.shr_w = 1;
  CHECK(small.run().pixels[0] == 7 + 13);
}

TEST_CASE("both shifted terms are rounded down on their own") {
  SmallLayer small;
  small.layer.arg_x = -1;
  small.layer.shr_x = 3;  // -45 / 8 -> -6
  CHECK(small.run().pixels[4] == 45 - 6);
}

TEST_CASE("values beyond 36 bits end the layer") {
  SmallLayer small;
  small.layer.arg_add = 1LL << 35;
  CHECK(small.run().excess.what == Excess::What::accumulator);
  small.layer.arg_add = (1LL << 35) - 100;
  small.entry.mul = 2;
  CHECK(small.run().excess.what == Excess::What::batch_norm);
  small.entry.shift = 1;
  CHECK(small.run().excess.none());
}

}  // namespace test_arithmetic
