// Parameters and inputs for networks that have none: values that are always the same, and rarely clipped.
#pragma once

#include <random>
#include <vector>

#include <incuse/model/parameter_rules.hpp>

namespace incuse::test {

struct RandomParameters {
  std::vector<std::vector<char>> storage{};
  std::vector<LayerParameters> layers{};

  Parameters view() const { return {layers.data(), static_cast<int>(layers.size())}; }
};

/// `count` signed numbers of so many bits.
inline std::vector<char> random_bytes(long long count, int bits, std::mt19937& generator) {
  std::uniform_int_distribution<int> values(-(1 << (bits - 1)), (1 << (bits - 1)) - 1);
  std::vector<char> bytes(static_cast<std::size_t>(count));
  for (char& byte : bytes) byte = static_cast<char>(values(generator));
  return bytes;
}

/// Weights and biases for every layer of an inferred network that has some.
template <int N>
RandomParameters random_parameters(const Graph<N>& graph, unsigned seed = 1) {
  RandomParameters parameters;
  std::mt19937 generator(seed);
  for (int i = 0; i < graph.size; ++i) {
    const Layer& layer = graph[i];
    if (!layer.weighted()) continue;
    LayerParameters own;
    own.name = layer.name;
    const auto random_tensor = [&](int bits, const Quantity& shape) {
      Tensor tensor = parameter::tensor_of(nullptr, shape);
      parameters.storage.push_back(random_bytes(tensor.count, bits, generator));
      tensor.bytes = parameters.storage.back().data();
      return tensor;
    };
    own.weight = random_tensor(layer.weight_bits, parameter::weight_shape(layer));
    if (layer.binary_weights)
      for (char& weight : parameters.storage.back()) weight = weight == 0 ? 1 : -1;
    if (layer.bias) own.bias = random_tensor(7, layer.out.channels);
    // The deviation of a sum of so many products shall become about that of a byte.
    if (!layer.wide && layer.output_shift == 0) {
      int spread = layer.kernel.area() * layer.weight_in_channels();
      for (; spread > 4; spread /= 4) --own.output_shift;
    }
    parameters.layers.push_back(own);
  }
  return parameters;
}

template <int N>
std::vector<int> random_input(const Graph<N>& graph, unsigned seed = 2) {
  std::mt19937 generator(seed);
  const std::vector<char> bytes = random_bytes(graph.input.elements(), 8, generator);
  return {bytes.begin(), bytes.end()};
}

}  // namespace incuse::test
