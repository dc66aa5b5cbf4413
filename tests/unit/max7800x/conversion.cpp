// Layers as the hardware executes them (max7800x-device, section 5).
#include <support/worked_examples.hpp>

#include <incuse/max7800x/plan/conversion.hpp>

#include <doctest/doctest.h>

namespace test_conversion {

using namespace incuse;
using namespace incuse::max7800x;
using namespace incuse::max7800x::examples;

namespace {

Layer executed(const Layer& layer, Shape input) { return hardware_layer(network(input, layer), 0); }

}  // namespace

TEST_CASE("ordinary layers stay as they are") {
  const Net net = mnist();
  for (int i = 0; i < net.size; ++i) {
    const Layer layer = hardware_layer(net, i);
    CHECK(layer.kernel == net[i].kernel);
    CHECK(layer.padding == net[i].padding);
    CHECK(layer.in == net[i].in);
    CHECK(tap_map(net[i], layer).identity);
  }
}

TEST_CASE("1x1 kernels in or behind streaming layers become 3x3, with the same sizes") {
  const Net net = network({4, 8, 8}, streamed(conv2d(4, 1, 0)), conv2d(4, 1, 0), conv2d(4, 1, 0));
  const Extent three{3, 3}, one{1, 1};
  CHECK(hardware_layer(net, 0).kernel == three);
  CHECK(hardware_layer(net, 0).padding == one);
  CHECK(hardware_layer(net, 1).kernel == three);
  CHECK(hardware_layer(net, 2).kernel == one);
  CHECK(hardware_layer(net, 1).out == net[1].out);
  const TapMap taps = tap_map(net[1], hardware_layer(net, 1));
  for (int tap = 0; tap < 9; ++tap) CHECK(taps.source[tap] == (tap == 4 ? 0 : TapMap::zero));
  // Linear layers and one-dimensional ones are not converted.
  const Net other = network({4, 8, 1}, streamed(conv2d(4, 3, 1)), linear(4));
  CHECK(hardware_layer(other, 1).kernel == one);
}

TEST_CASE("only the first nine layers are converted") {
  Graph<11> net{};
  net.input = {4, 8, 8};
  for (; net.size < 11; ++net.size) net[net.size] = streamed(conv2d(4, 1, 0));
  net = infer(net);
  for (int i = 0; i < 11; ++i) CHECK(hardware_layer(net, i).kernel.area() == (i < 9 ? 9 : 1));
}

TEST_CASE("short dilated kernels are stretched") {
  const Layer author = network({2, 60, 1}, conv1d(4, 5, 0, 2))[0];
  const Layer layer = executed(conv1d(4, 5, 0, 2), {2, 60, 1});
  CHECK(layer.kernel == Extent{9, 1});
  CHECK(layer.op == Operator::conv1d);
  CHECK(layer.out == Shape{4, 52, 1});
  const TapMap taps = tap_map(author, layer);
  for (int tap = 0; tap < 9; ++tap) CHECK(taps.source[tap] == (tap % 2 == 0 ? tap / 2 : TapMap::zero));
  CHECK(executed(conv1d(4, 3, 0, 4), {2, 60, 1}).kernel == Extent{9, 1});
  CHECK(executed(conv1d(4, 1, 0, 4), {2, 60, 1}).kernel == Extent{1, 1});
  CHECK_FALSE(folds_rows(author));
}

TEST_CASE("long dilated kernels run as 3x3 over rows of one dilation") {
  const Layer author = dilated()[0];
  const Layer layer = hardware_layer(dilated(), 0);
  CHECK(layer.op == Operator::conv2d);
  CHECK(layer.kernel == Extent{3, 3});
  CHECK(layer.padding == Extent{1, 1});
  CHECK(layer.in == Shape{5, 31, 7});
  CHECK(layer.pooled == Shape{5, 31, 7});
  CHECK(layer.out == Shape{11, 31, 7});
  CHECK(author.out == Shape{11, 197, 1});
  CHECK(ignored_output_bytes(author, 1, 0) == 28);
  CHECK(ignored_output_bytes(author, 3, 0) == 84);
  CHECK(ignored_output_bytes(author, 3, 1) == 168);
  CHECK(ignored_output_bytes(author, 3, 1, true) == 84);  // the vendor's tool leaves gaps out
  CHECK(surplus_output_pixels(author) == 31 * 7 - 197);
  const TapMap taps = tap_map(author, layer);
  for (int tap = 0; tap < 9; ++tap) CHECK(taps.source[tap] == (tap % 3 == 1 ? tap / 3 : TapMap::zero));

  const Layer two = network({5, 211, 1}, conv1d(11, 2, 0, 9))[0];
  CHECK(folds_rows(two));
  CHECK(ignored_output_bytes(two, 1, 0) == 0);
  const TapMap lower = tap_map(two, executed(conv1d(11, 2, 0, 9), {5, 211, 1}));
  for (int tap = 0; tap < 9; ++tap) CHECK(lower.source[tap] == (tap == 4 ? 0 : tap == 7 ? 1 : TapMap::zero));
}

}  // namespace test_conversion
