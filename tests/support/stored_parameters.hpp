// Parameters that are made while a test runs.
#pragma once

#include <utility>
#include <vector>

#include <incuse/model/parameter_rules.hpp>

namespace incuse::test {

/// Weights and biases, and the values that they point to; these stay where they are when both are moved.
struct StoredParameters {
  std::vector<std::vector<char>> storage{};
  std::vector<LayerParameters> layers{};  ///< in the order of the weighted layers

  StoredParameters() = default;
  StoredParameters(StoredParameters&&) = default;
  StoredParameters& operator=(StoredParameters&&) = default;
  /// For every layer of an inferred network: `value(layer, bits, n)` is value n of a tensor of so many bits.
  template <int N, class Value>
  StoredParameters(const Graph<N>& graph, Value&& value) {
    for (int i = 0; i < graph.size; ++i) {
      if (!graph[i].weighted()) continue;
      const auto tensor = [&](const Quantity& shape, int bits) {
        return stored(shape, [&](int n) { return value(i, bits, n); });
      };
      LayerParameters own;
      own.weight = tensor(parameter::weight_shape(graph[i]), graph[i].weight_bits);
      if (graph[i].bias) own.bias = tensor(graph[i].out.channels, 8);
      layers.push_back(own);
    }
  }

  /// A tensor with value(0), value(1), ...
  template <class Value>
  Tensor stored(const Quantity& shape, Value&& value) {
    Tensor tensor = parameter::tensor_of(nullptr, shape);
    std::vector<char> values;
    for (int n = 0; n < tensor.count; ++n) values.push_back(static_cast<char>(value(n)));
    storage.push_back(std::move(values));
    tensor.bytes = storage.back().data();
    return tensor;
  }
  Parameters parameters() const { return {layers.data(), static_cast<int>(layers.size())}; }
};

}  // namespace incuse::test
