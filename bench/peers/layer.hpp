// The layers that the fast executor and its peers are compared on.
#pragma once

#include <cstdint>
#include <vector>

#include <incuse/host/random_parameters.hpp>
#include <incuse/model/shapes.hpp>

namespace bench {

/// A convolution or, with a map of one pixel, a Linear layer.
struct LayerShape {
  const char* name;
  int in, height, width, out;
  incuse::Extent kernel, padding;
  int batch = 1;  ///< so many times the batch of the program

  incuse::Graph<1> graph() const {
    incuse::Graph<1> net;
    net.size = 1;
    net.input = {in, height, width};
    incuse::Layer& layer = net[0];
    layer.op = height * width == 1 ? incuse::Operator::linear : incuse::Operator::conv2d;
    layer.out_channels = out;
    layer.kernel = kernel;
    layer.padding = padding;
    layer.bias = true;
    layer.output_shift = shift();
    return infer(net);
  }
  /// Spreads the outputs over the range of a byte.
  int shift() const {
    int bits = 0;
    for (int products = in * kernel.area(); products > 4; products /= 4) ++bits;
    return -bits;
  }
  double products() const { return 1.0 * graph()[0].out.elements() * in * kernel.area(); }
};

inline constexpr LayerShape layers[] = {
    {"fashion1 1x28x28->60 3x3", 1, 28, 28, 60, {3, 3}, {1, 1}},
    {"fashion2 60x14x14->60 3x3", 60, 14, 14, 60, {3, 3}, {2, 2}},
    {"fashion3 60x8x8->56 3x3", 60, 8, 8, 56, {3, 3}, {1, 1}},
    {"fashion4 56x4x4->12 3x3", 56, 4, 4, 12, {3, 3}, {1, 1}},
    {"linear 192->10", 192, 1, 1, 10, {1, 1}, {0, 0}},
    {"64x32x32->64 3x3", 64, 32, 32, 64, {3, 3}, {1, 1}},
    {"128x16x16->128 3x3", 128, 16, 16, 128, {3, 3}, {1, 1}},
    {"64x32x32->64 1x1", 64, 32, 32, 64, {1, 1}, {0, 0}},
    {"linear 512->512", 512, 1, 1, 512, {1, 1}, {0, 0}},
    {"conv1d 128x64->128 3", 128, 1, 64, 128, {1, 3}, {0, 1}},
};

/// Layers of which one number grows: channels, size, batch.
inline constexpr LayerShape growing_layers[] = {
    {"16x32x32->16 3x3", 16, 32, 32, 16, {3, 3}, {1, 1}},
    {"32x32x32->32 3x3", 32, 32, 32, 32, {3, 3}, {1, 1}},
    {"64x32x32->64 3x3", 64, 32, 32, 64, {3, 3}, {1, 1}},
    {"64x8x8->64 3x3", 64, 8, 8, 64, {3, 3}, {1, 1}},
    {"64x16x16->64 3x3", 64, 16, 16, 64, {3, 3}, {1, 1}},
    {"64x64x64->64 3x3", 64, 64, 64, 64, {3, 3}, {1, 1}},
    {"64x8x8->64 3x3, 4 times", 64, 8, 8, 64, {3, 3}, {1, 1}, 4},
    {"64x8x8->64 3x3, 64 times", 64, 8, 8, 64, {3, 3}, {1, 1}, 64},
};

/// What a layer is run with: inputs as behind a ReLU, so that signed and unsigned bytes are the same.
struct LayerData {
  incuse::Graph<1> graph;
  incuse::host::RandomParameters parameters;
  std::vector<int> input;  ///< C x H x W

  explicit LayerData(const LayerShape& shape)
      : graph(shape.graph()),
        parameters(incuse::host::random_parameters(graph)),
        input(incuse::host::random_input(graph)) {
    for (int& value : input) value &= 127;
  }
  int weight(int o, int c, int tap) const {
    const incuse::Layer& layer = graph[0];
    return parameters.layers[0].weight[(static_cast<long long>(o) * layer.in.channels + c) * layer.kernel.area() + tap];
  }
  int bias(int o) const { return 128 * parameters.layers[0].bias[o]; }
  /// The factor by which sums become outputs.
  float scale() const {
    float factor = 1.0f / 128;
    for (int i = graph[0].output_shift; i < 0; ++i) factor /= 2;
    return factor;
  }
};

}  // namespace bench
