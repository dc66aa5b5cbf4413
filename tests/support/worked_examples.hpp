// The MAX78000 networks of the worked examples (max7800x-examples), written down as values: for every test that
// compares with a figure of an example.
#pragma once

#include <incuse/max7800x/options.hpp>
#include <incuse/max7800x/plan/plan.hpp>

#include "layers.hpp"

namespace incuse::max7800x::examples {

using Net = Graph<5>;

using namespace test;

/// Example 1: MNIST, CHW input, flatten and wide output.
constexpr Net mnist() {
  constexpr Extent two{2, 2};
  constexpr ProcessorMap sixty = 0xfffffffffffffff0, fifty_six = 0x0ffffffffffffff0;
  Net net = network({1, 28, 28},  //
                    placed(1, 0x2000, shifted(-1, with_relu(conv2d(60, 3, 1)))),
                    placed(sixty, 0, pooled(Pooling::max, two, two, shifted(-2, with_relu(conv2d(60, 3, 2))))),
                    placed(sixty, 0x2000, pooled(Pooling::max, two, two, shifted(-2, with_relu(conv2d(56, 3, 1))))),
                    placed(fifty_six, 0, pooled(Pooling::average, two, two, shifted(-1, with_relu(conv2d(12, 3, 1))))),
                    placed(0xfff, 0x1000, wide_output(biased(flattened(linear(10))))));
  net.input_format = DataFormat::chw;
  return net;
}

/// Example 2: five operands, added.
constexpr Net five_operands() { return network({155, 12, 12}, placed(0x7fffffff, 0x2000, adding(5), 0x7fffffff)); }

/// Example 3: addition and convolution in one layer.
constexpr Net add_and_convolve() { return network({14, 12, 12}, placed(0x7f, 0x2000, adding(2, conv2d(13, 3, 0)))); }

/// Example 4: three branches of 192 channels, added.
constexpr Net three_branches() {
  constexpr ProcessorMap all = ~ProcessorMap{0};
  const auto branch = [](int number) {
    Layer layer = placed(all, 0x2000 + 4 * number, conv2d(192, 3, 0), all);
    layer.sources.push(0);
    layer.placement.in_offset = 0x1000;
    layer.placement.write_gap = 2;
    return layer;
  };
  Layer sum = placed(all, 0x3000, adding(3), all);
  sum.placement.in_offset = 0x2000;
  for (int member = 1; member <= 3; ++member) sum.sources.push(member);
  return network({3, 15, 7}, placed(7, 0x1000, conv2d(64, 3, 0), all), branch(0), branch(1), branch(2), sum);
}

/// Example 5: two layers that stream from a FIFO.
constexpr Net streams() {
  return network({4, 11, 17}, placed(0xf, 0x400, streamed(pooled(Pooling::max, {2, 2}, {1, 1}, conv2d(15, 3, 1)))),
                 placed(0x7fff0, 0x800, streamed(conv2d(7, 3, 1))));
}
constexpr Options streams_options() {
  Options options;
  options.input_path = InputPath::fifo;
  return options;
}

/// Example 6: one-dimensional convolution with 2-bit weights behind pooling.
constexpr Net two_bits() {
  return network({3, 28, 1}, placed(0x7000, 0x2000,
                                    pooled(Pooling::max, {3, 1}, {2, 1}, shifted(-4, with_bits(2, conv1d(64, 3, 1))))));
}

/// Example 7: flatten with many pixels, biases in both layers.
constexpr Net flatten_bias() {
  return network({3, 64, 64}, placed(7, 0, pooled(Pooling::max, {16, 16}, {8, 8}, biased(conv2d(1, 3, 1)))),
                 placed(0x10, 0x1000, wide_output(biased(flattened(linear(3))))));
}

/// Example 8: transposed convolution, wide output.
constexpr Net transposed() {
  Layer layer = conv2d(4, 3, 1);
  layer.op = Operator::conv_transpose2d;
  layer.stride = {2, 2};
  layer.output_padding = 1;
  return network({3, 5, 7}, placed(7, 0x2000, wide_output(layer)));
}

/// Example 9: dilated one-dimensional convolution that runs as a two-dimensional one.
constexpr Net dilated() { return network({5, 211, 1}, placed(0x1f, 0x2000, conv1d(11, 3, 0, 7))); }

}  // namespace incuse::max7800x::examples
