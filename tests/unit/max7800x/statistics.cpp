// Figures: max7800x-examples; the number of the example stands behind each name.
#include <incuse/max7800x/statistics.hpp>

#include <doctest/doctest.h>
#include <incuse/max7800x/plan/plan.hpp>
#include <incuse/model/network.hpp>

#include <support/layers.hpp>
#include <support/networks.hpp>

namespace test_statistics {

using namespace incuse;
using namespace incuse::max7800x;

namespace {

using Mnist = test::FashionNetWith<bias>;

}  // namespace

TEST_CASE("operations of the MNIST network (1)") {
  constexpr const auto& graph = graph_of<Mnist>();
  static_assert(operations_of(graph, 0) == Operations{423360, 47040, 0, 0, 0});
  static_assert(operations_of(graph, 1) == Operations{8294400, 62400, 0, 0, 0});
  static_assert(operations_of(graph, 3) == Operations{96768, 192, 3584, 0, 0});
  static_assert(operations_of(graph, 4) == Operations{1920, 0, 0, 0, 0});
  CHECK(operations_of(graph) == Operations{10751808, 128576, 3584, 0, 0});
  CHECK(operations_of(graph).total() == 10883968);
}

TEST_CASE("memory of the MNIST network (1)") {
  constexpr auto placed = max7800x::plan(graph_of<Mnist>(), max78000);
  constexpr MemoryUse use = memory_use(graph_of<Mnist>(), placed, max78000);
  CHECK(use.weight_bytes == 71148);
  CHECK(use.weight_capacity == 442368);
  CHECK(use.bias_bytes == 10);
  CHECK(use.bias_capacity == 2048);
}

TEST_CASE("memory of an output with holes ends behind the last word that is written") {
  // 25 pixels in runs of 4, each behind 2 free words: pixel 24 lies in word 24 + 2 * 6 + 2.
  Layer layer;
  layer.op = Operator::conv2d;
  layer.kernel = {3, 3};
  layer.padding = {1, 1};
  layer.out_channels = 4;
  layer.pooling = Pooling::average;
  layer.pool = layer.pool_stride = {4, 4};
  const auto holes = test::network<1>({4, 20, 20}, layer);
  const auto planned = max7800x::plan(holes, ai84);
  REQUIRE(planned[0].holes.words == 2);
  const int end = tensor_end(holes, planned, ai84, {}, 1) - planned[0].out_offset;
  CHECK(end > 4 * (24 + 2 * 6 + 2));
  CHECK(end <= 4 * 7 * (4 + 2));
  CHECK(memory_use(holes, planned, ai84).data_bytes >= planned[0].out_offset + end);
}

TEST_CASE("element-wise operations are counted where they happen") {
  Layer layer;
  layer.elementwise = Elementwise::add;
  layer.operands = 5;
  CHECK(operations_of(test::network<1>({155, 12, 12}, layer), 0) == Operations{0, 0, 17856, 0, 0});  // (2)
  layer.elementwise = Elementwise::bitwise_xor;
  CHECK(operations_of(test::network<1>({155, 12, 12}, layer), 0) == Operations{0, 0, 0, 0, 17856});

  layer.elementwise = Elementwise::sub;
  layer.operands = 2;
  layer.pooling = Pooling::max;
  layer.pool = layer.pool_stride = {2, 2};
  layer.pool_first = true;  // both operands are pooled, then 4 values subtracted
  CHECK(operations_of(test::network<1>({2, 4, 4}, layer), 0) == Operations{0, 32, 4, 0, 0});
  layer.pool_first = false;  // 16 values subtracted, then one tensor pooled
  CHECK(operations_of(test::network<1>({2, 4, 4}, layer), 0) == Operations{0, 16, 16, 0, 0});
}

TEST_CASE("one-dimensional convolution with pooling and 2-bit weights (6)") {
  Layer layer;
  layer.op = Operator::conv1d;
  layer.out_channels = 64;
  layer.kernel = {3, 1};
  layer.padding = {1, 0};
  layer.pooling = Pooling::max;
  layer.pool = {3, 1};
  layer.pool_stride = {2, 1};
  layer.weight_bits = 2;
  const Graph<1> graph = test::network<1>({3, 28, 1}, layer);
  CHECK(operations_of(graph, 0) == Operations{7488, 117, 0, 0, 0});
  Plan<1> plan{};
  CHECK(weight_bytes(graph, plan, 0) == 0);  // shares an earlier layer's
  plan[0].kernels.owned = true;
  CHECK(weight_bytes(graph, plan, 0) == 144);
}

TEST_CASE("a dilated kernel is stored as the hardware runs it (9)") {
  Layer layer;
  layer.op = Operator::conv1d;
  layer.out_channels = 11;
  layer.kernel = {3, 1};
  layer.dilation = {7, 1};
  const Graph<1> graph = test::network<1>({5, 211, 1}, layer);
  Plan<1> plan{};
  plan[0].kernels.owned = true;
  CHECK(operations_of(graph, 0) == Operations{32505, 0, 0, 0, 0});
  CHECK(weight_bytes(graph, plan, 0) == 495);
}

TEST_CASE("a 1x1 kernel in streaming counts as 3x3") {
  Layer layer;
  layer.op = Operator::conv2d;
  layer.out_channels = 4;
  CHECK(operations_of(test::network<1>({2, 5, 5}, layer), 0).multiply_accumulate == 2 * 4 * 25);
  layer.streaming = true;
  CHECK(operations_of(test::network<1>({2, 5, 5}, layer), 0).multiply_accumulate == 9 * 2 * 4 * 25);
}

}  // namespace test_statistics
