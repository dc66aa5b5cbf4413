// Trained parameters: one constant per tensor, kept as string literals and never as template arguments.
#pragma once

#include <cstddef>

#include <incuse/model/graph.hpp>

namespace incuse {

/// Signed bytes in C order with up to 4 dimensions: weights [out][in][height][width] (linear: [out][in], Conv1d:
/// [out][in][length]), biases [out]. The values live elsewhere, in a string literal or a reader's storage.
struct Tensor {
  const char* bytes = nullptr;
  long long count = 0;  ///< values behind `bytes`
  int dimensions[4]{};
  int rank = 0;

  constexpr Tensor() = default;
  template <std::size_t N, class... Sizes>
  constexpr Tensor(const char (&literal)[N], Sizes... sizes)
      : bytes(literal), count(static_cast<long long>(N) - 1), dimensions{sizes...}, rank(sizeof...(Sizes)) {}

  /// GCC's UBSan cannot compare the address of a literal at compile time (bug 71962): the rank tells instead.
  constexpr bool empty() const { return rank == 0; }
  constexpr int operator[](long long i) const { return static_cast<signed char>(bytes[i]); }
  constexpr long long elements() const {
    long long product = 1;
    for (int i = 0; i < rank; ++i) product *= dimensions[i];
    return product;
  }
  constexpr bool all_zero() const {
    for (long long i = 0; i < count; ++i)
      if (bytes[i] != 0) return false;
    return true;
  }
  friend constexpr bool operator==(const Tensor& a, const Tensor& b) {
    if (a.count != b.count || a.rank != b.rank) return false;
    for (int i = 0; i < a.rank; ++i)
      if (a.dimensions[i] != b.dimensions[i]) return false;
    for (long long i = 0; i < a.count; ++i)
      if (a.bytes[i] != b.bytes[i]) return false;
    return true;
  }
};

/// Parameters of one weighted layer.
struct LayerParameters {
  Text name{};  ///< of the layer in the training framework, for messages
  Tensor weight{};
  Tensor bias{};         ///< in units of 128: the value b adds 128 * b to the accumulator
  int output_shift = 0;  ///< as trained; see Layer::output_shift
};

/// Parameters of a network, in the order of its weighted layers.
struct Parameters {
  const LayerParameters* layers = nullptr;
  int count = 0;

  constexpr const LayerParameters& operator[](int i) const { return layers[i]; }
};

/// The parameters of a type with a static array `layers`, as generated headers define it. A type without one has none:
/// networks whose layers have no weights need none.
template <class Trained>
constexpr Parameters parameters_in() {
  if constexpr (requires { Trained::layers; })
    return {Trained::layers, static_cast<int>(sizeof(Trained::layers) / sizeof(LayerParameters))};
  else
    return {};
}

/// Index of layer `index` among the weighted layers.
template <int N>
constexpr int weighted_index(const Graph<N>& graph, int index) {
  int count = 0;
  for (int i = 0; i < index; ++i)
    if (graph[i].weighted()) ++count;
  return count;
}

/// Parameters of a layer; empty ones if it has none or they are missing.
template <int N>
constexpr LayerParameters parameters_of(const Graph<N>& graph, Parameters parameters, int index) {
  const int i = weighted_index(graph, index);
  return graph[index].weighted() && i < parameters.count ? parameters[i] : LayerParameters{};
}

/// Notes in the graph what the chip's tables depend on: trained shifts, biases that are all zero (they need no memory)
/// and tensors that equal an earlier one (they are stored once). Weights of one kernel size and width are compared.
template <int N>
constexpr Graph<N> bind(Graph<N> graph, Parameters parameters) {
  for (int i = 0; i < graph.size; ++i) {
    Layer& layer = graph[i];
    const LayerParameters own = parameters_of(graph, parameters, i);
    if (own.weight.empty()) continue;
    if (layer.output_shift == 0) layer.output_shift = own.output_shift;
    if (own.bias.all_zero()) layer.bias = false;
    for (int j = i - 1; j >= 0; --j) {
      const LayerParameters other = parameters_of(graph, parameters, j);
      if (other.weight.empty()) continue;
      if (graph[j].weight_bits == layer.weight_bits && other.weight == own.weight) layer.same_weights_as = j;
      if (layer.bias && graph[j].bias && other.bias == own.bias) layer.same_bias_as = j;
    }
  }
  return graph;
}

}  // namespace incuse
