// Shape inference (max7800x-network-description, section 4), against windows that are counted one by one.
#include <incuse/model/shapes.hpp>

#include <doctest/doctest.h>

#include <support/layers.hpp>

namespace test_shapes {

using namespace incuse;
using namespace incuse::test;

namespace {

/// Positions of a window in a line, counted.
int positions(int size, int window, int stride) {
  int count = 0;
  for (int at = 0; at + window <= size; at += stride) ++count;
  return count;
}

}  // namespace

TEST_CASE("pooling counts whole windows") {
  for (int size = 1; size <= 20; ++size)
    for (int window = 1; window <= size; ++window)
      for (int stride = 1; stride <= 6; ++stride)
        CHECK(pooled_size(size, window, stride, 1) == positions(size, window, stride));
  CHECK(pooled_size(3, 4, 1, 1) == 0);
  CHECK(pooled_size(3, 9, 1, 1) < 0);
  CHECK(pooled_size(8, 2, 0, 1) == 0);  // a stride of 0 is an error elsewhere, not a crash
}

TEST_CASE("convolutions count the positions of their window, padded and dilated") {
  for (int size = 1; size <= 20; ++size)
    for (int kernel = 1; kernel <= 3; ++kernel)
      for (int padding = 0; padding <= 2; ++padding)
        for (int dilation = 1; dilation <= 3; ++dilation) {
          const int expected = positions(size + 2 * padding, dilation * (kernel - 1) + 1, 1);
          const int made = convolved_size(size, kernel, padding, dilation);
          CHECK((made > 0 ? made : 0) == expected);
        }
}

TEST_CASE("windows, strides and paddings of two different sizes") {
  Layer layer = conv2d(5, {3, 1}, {2, 0});
  layer.pooling = Pooling::max;
  layer.pool = {2, 3};
  layer.pool_stride = {1, 2};
  const auto graph = network<4>({2, 9, 14}, layer);
  CHECK(graph[0].pooled == Shape{2, 8, 6});
  CHECK(graph[0].out == Shape{5, 10, 6});
}

TEST_CASE("transposed convolutions double the size") {
  Layer layer = conv2d(4, {3, 3}, {1, 1});
  layer.op = Operator::conv_transpose2d;
  layer.stride = {2, 2};
  layer.output_padding = 1;
  CHECK(network<4>({3, 5, 7}, layer)[0].out == Shape{4, 10, 14});  // example 8
  layer.output_padding = 0;
  CHECK(network<4>({3, 5, 7}, layer)[0].out == Shape{4, 9, 13});
  layer.padding = {0, 2};
  CHECK(network<4>({3, 5, 7}, layer)[0].out == Shape{4, 11, 11});
}

TEST_CASE("one-dimensional layers read a map as one long line") {
  Layer layer = conv2d(6, {5, 1}, {1, 0});
  layer.op = Operator::conv1d;
  CHECK(network<4>({3, 28, 1}, layer)[0].out == Shape{6, 26, 1});
  CHECK(network<4>({3, 4, 7}, layer)[0].in == Shape{3, 28, 1});
  layer.dilation = {7, 1};
  layer.kernel = {3, 1};
  layer.padding = {0, 0};
  CHECK(network<4>({5, 211, 1}, layer)[0].out == Shape{6, 197, 1});  // example 9
  layer.dilation = {1, 1};
  layer.pool = {3, 1};
  layer.pool_stride = {2, 1};
  layer.pooling = Pooling::max;
  layer.padding = {1, 0};
  const auto graph = network<4>({3, 28, 1}, layer);  // example 6
  CHECK(graph[0].pooled == Shape{3, 13, 1});
  CHECK(graph[0].out == Shape{6, 13, 1});
}

TEST_CASE("reshaped inputs keep their elements") {
  Layer layer = conv2d(4, {1, 1}, {0, 0});
  layer.in_extent = {4, 2};
  CHECK(network<4>({2, 8, 8}, layer)[0].in == Shape{16, 4, 2});
  layer.in_extent = {16, 8};
  CHECK(network<4>({4, 8, 8}, layer)[0].in == Shape{2, 16, 8});
  layer.in_channels = 7;  // a description's word counts
  CHECK(network<4>({4, 8, 8}, layer)[0].in == Shape{7, 16, 8});
}

TEST_CASE("several operands of one tensor share its channels; of several tensors each has its own") {
  Layer sum;
  sum.elementwise = Elementwise::add;
  sum.operands = 5;
  const auto split = network<4>({155, 12, 12}, sum);
  CHECK(split[0].in == Shape{31, 12, 12});
  CHECK(split[0].out == Shape{31, 12, 12});
  Layer both = sum;
  both.operands = 2;
  both.sources.push(0);
  both.sources.push(1);
  const auto joined = network<4>({3, 8, 8}, conv2d(6, {3, 3}, {1, 1}), conv2d(6, {1, 1}, {0, 0}), both);
  CHECK(joined[2].in == Shape{6, 8, 8});
  CHECK(joined[2].out == Shape{6, 8, 8});
}

TEST_CASE("concatenation: channels, or pixels where the sizes differ and a view says which image they make") {
  Layer joined = conv2d(3, {1, 1}, {0, 0});
  joined.sources.push(0);
  joined.sources.push(1);
  CHECK(network<4>({3, 8, 8}, conv2d(6, {3, 3}, {1, 1}), conv2d(10, {1, 1}, {0, 0}), joined)[2].in == Shape{16, 8, 8});
  const auto pixels = [&](Extent view) {
    joined.in_extent = view;
    return network<4>({3, 8, 8}, conv2d(6, {3, 3}, {1, 1}), conv2d(6, {3, 3}, {0, 0}), joined)[2].in;
  };
  CHECK(pixels({100, 1}) == Shape{6, 100, 1});
  CHECK(pixels({10, 10}) == Shape{6, 10, 10});
  CHECK(pixels({0, 0}) == Shape{12, 8, 8});  // rules refuse it, and nothing is to follow from it
  joined.in_extent = {0, 0};
  joined.sources[1] = network_input;
  CHECK(network<4>({3, 8, 8}, conv2d(6, {3, 3}, {1, 1}), joined)[1].in == Shape{9, 8, 8});
}

TEST_CASE("flatten reads the pooled map of every channel") {
  Layer linear;
  linear.op = Operator::linear;
  linear.out_channels = 7;
  linear.flatten = true;
  const auto graph = network<4>({12, 4, 4}, linear);
  CHECK(graph[0].in == Shape{12, 4, 4});
  CHECK(graph[0].out == Shape{7, 1, 1});
  CHECK(graph[0].weight_in_channels() == 192);
}

TEST_CASE("impossible sizes are no obstacle: they come out as 0 or less, never as an overflow") {
  CHECK(network<4>({1, 2, 2}, conv2d(4, {3, 3}, {0, 0}))[0].out == Shape{4, 0, 0});
  CHECK(network<4>({1, 1, 1}, conv2d(4, {3, 3}, {0, 0}))[0].out.height < 0);
  Layer huge = conv2d(1 << 30, {1 << 30, 1}, {1 << 30, 1 << 30});
  const auto graph = network<4>({1 << 30, 1 << 30, 1 << 30}, huge, huge);
  CHECK(graph[1].out.channels <= most_size);
  CHECK(graph[1].out.width <= most_size);
  Layer lost = conv2d(4, {1, 1}, {0, 0});
  lost.sources.push(3);  // a layer that does not exist
  CHECK(network<4>({1, 8, 8}, lost)[0].in.channels == 0);
}

TEST_CASE("the last layer is an output; others stay what they were") {
  Layer marked = conv2d(4, {1, 1}, {0, 0});
  marked.output = true;
  const auto graph = network<4>({1, 8, 8}, marked, conv2d(4, {1, 1}, {0, 0}), conv2d(4, {1, 1}, {0, 0}));
  CHECK(graph[0].output);
  CHECK_FALSE(graph[1].output);
  CHECK(graph[2].output);
}

TEST_CASE("the smallest inputs of which something is left, against sizes that are tried one by one") {
  const auto first_size = [](auto leaves) {
    for (int size = 1; size <= 60; ++size)
      if (leaves(size)) return size;
    return 0;
  };
  for (int window = 1; window <= 5; ++window)
    for (int stride : {1, 2, 3})
      for (int dilation : {1, 2, 3}) {
        Layer layer = pooled(Pooling::max, {window, window}, {stride, stride}, conv2d(1, 1, 0));
        layer.pool_dilation = {dilation, dilation};
        const int least = first_size([&](int size) { return pooled_extent(layer, {size, size}).exists(); });
        CHECK(least_unpooled(layer) == Extent{least, least});
      }
  for (int kernel = 1; kernel <= 9; ++kernel)
    for (int padding = 0; padding <= 3; ++padding)
      for (int dilation : {1, 2, 5})
        for (int wanted : {1, 2}) {
          Layer line = conv1d(1, kernel, padding, dilation);
          CHECK(least_pooled(line, wanted) == Extent{first_size([&](int size) {
                                                       return output_extent(line, {size, 1}).height >= wanted;
                                                     }),
                                                     1});
          Layer turned = conv2d(1, kernel, padding);
          turned.op = Operator::conv_transpose2d;
          turned.output_padding = padding % 2;
          const int least = first_size([&](int size) { return output_extent(turned, {size, size}).height >= wanted; });
          CHECK(least_pooled(turned, wanted) == Extent{least, least});
        }
}

}  // namespace test_shapes
