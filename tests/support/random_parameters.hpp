// Parameters of any network, with values that depend on nothing but their place.
#pragma once

#include <incuse/model/network.hpp>
#include <incuse/model/parameter_rules.hpp>

#include "random.hpp"

namespace incuse::test {

template <class Net, unsigned Seed = 1>
struct RandomParameters {
  static constexpr int count = weighted_index(graph_of<Net>(), graph_of<Net>().size);
  static constexpr int most_values = 1 << 14;

  struct Values {
    char values[most_values];
  };
  /// Bytes of `bits` bits with sign.
  template <int Bits>
  static constexpr Values bytes = [] {
    Values filled{};
    Random random(16 * Seed + Bits);
    for (char& value : filled.values) value = static_cast<char>((random.byte() - 128) >> (8 - Bits));
    return filled;
  }();

  static constexpr Tensor tensor(const Quantity& shape, int bits, int layer) {
    const char* all = bits == 8 ? bytes<8>.values : bits == 4 ? bytes<4>.values : bytes<2>.values;
    return parameter::tensor_of(all + 101 * layer, shape);
  }

  struct List {
    LayerParameters items[count > 0 ? count : 1]{};
  };
  static constexpr List list = [] {
    List parameters{};
    const auto& graph = graph_of<Net>();
    int next = 0;
    for (int i = 0; i < graph.size; ++i) {
      const Layer& layer = graph[i];
      if (!layer.weighted()) continue;
      parameters.items[next].weight = tensor(parameter::weight_shape(layer), layer.weight_bits, i);
      if (layer.bias) parameters.items[next].bias = tensor(layer.out.channels, 8, i + 50);
      parameters.items[next].output_shift = layer.output_shift;
      ++next;
    }
    return parameters;
  }();
  static constexpr const auto& layers = list.items;
};

}  // namespace incuse::test
