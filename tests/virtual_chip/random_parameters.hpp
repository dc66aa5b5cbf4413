// Parameters and inputs for networks that have none: values that are always the same, and rarely clipped.
#pragma once

#include <random>
#include <vector>

#include <incuse/model/parameters.hpp>

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
    const int inputs = layer.weight_in_channels();
    const auto add = [&](Tensor& tensor, int bits, std::vector<int> sizes) {
      tensor.rank = 0;
      for (int size : sizes) tensor.dimensions[tensor.rank++] = size;
      tensor.count = tensor.elements();
      parameters.storage.push_back(random_bytes(tensor.count, bits, generator));
      tensor.bytes = parameters.storage.back().data();
    };
    add(own.weight, layer.weight_bits, {layer.out.channels, inputs, layer.kernel.height, layer.kernel.width});
    if (layer.bias) add(own.bias, 7, {layer.out.channels});
    if (!layer.wide) {  // the deviation of a sum of so many products shall become about that of a byte
      int spread = layer.kernel.area() * inputs;
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
