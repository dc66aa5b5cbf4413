// Parameters and inputs for networks that have none: the same for the same seed everywhere, of all sizes, so that sums
// rarely lie beyond a byte.
#pragma once

#include <random>
#include <vector>

#include <incuse/max7800x/rounding.hpp>
#include <incuse/model/parameter_rules.hpp>

namespace incuse::host {

/// Tensors, and the values they point to.
struct RandomParameters {
  std::vector<std::vector<char>> storage{};
  std::vector<LayerParameters> layers{};

  Parameters view() const { return {layers.data(), static_cast<int>(layers.size())}; }
};

/// `count` signed numbers of at most `bits` bits, each shifted right by a random amount: most are small, and some are
/// large.
inline std::vector<char> random_bytes(long long count, int bits, std::mt19937& generator) {
  std::vector<char> bytes(static_cast<std::size_t>(count));
  for (char& byte : bytes) {
    const auto number = static_cast<unsigned>(generator());
    const int value = static_cast<int>(number % (1u << bits)) - (1 << (bits - 1));
    byte = static_cast<char>(value >> ((number >> 16) % static_cast<unsigned>(bits)));
  }
  return bytes;
}

/// Weights and biases for every layer of an inferred network that has some. A layer without an output shift gets one
/// that suits the number of its products, up to what a chip has; beyond that its weights are smaller. Layers that the
/// planning for a chip has inserted get no parameters.
template <int N>
RandomParameters random_parameters(const Graph<N>& graph, unsigned seed = 1, int most_shift = max7800x::most_shift) {
  RandomParameters parameters;
  std::mt19937 generator(seed);
  for (int i = 0; i < graph.size; ++i) {
    const Layer& layer = graph[i];
    if (!layer.trained()) continue;
    LayerParameters own;
    own.name = layer.name;
    const auto random_tensor = [&](int bits, const Quantity& shape) {
      Tensor tensor = parameter::tensor_of(nullptr, shape);
      parameters.storage.push_back(random_bytes(tensor.count, bits, generator));
      tensor.bytes = parameters.storage.back().data();
      return tensor;
    };
    int shift = 0;
    for (int spread = layer.kernel.area() * layer.weight_in_channels(); spread > 4; spread /= 4) ++shift;
    const bool shifts = !layer.wide && layer.output_shift == 0;
    const int beyond = shifts ? max_of(0, shift - most_shift) : 0;
    own.weight = random_tensor(max_of(layer.weight_bits - beyond, 1), parameter::weight_shape(layer));
    if (layer.binary_weights)
      for (char& weight : parameters.storage.back()) weight = weight == 0 ? 1 : -1;
    if (layer.bias) own.bias = random_tensor(7, layer.out.channels);
    if (shifts) own.output_shift = beyond - shift;
    parameters.layers.push_back(own);
  }
  return parameters;
}

/// An input in C x H x W order.
template <int N>
std::vector<int> random_input(const Graph<N>& graph, unsigned seed = 2) {
  std::mt19937 generator(seed);
  std::vector<int> values(static_cast<std::size_t>(graph.input.elements()));
  for (int& value : values) value = static_cast<int>(generator() % 256u) - 128;
  return values;
}

}  // namespace incuse::host
