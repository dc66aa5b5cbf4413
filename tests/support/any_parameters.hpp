// Parameters of any network: -1, which fits every width, in the right shapes. For tests in which something else is
// wrong.
#pragma once

#include <incuse/incuse.hpp>

namespace incuse {

template <class Net>
struct AnyParameters {
  static constexpr int count = weighted_index(graph_of<Net>(), graph_of<Net>().size);
  static constexpr int most_values = 1 << 16;
  struct Values {
    char values[most_values];
  };
  static constexpr Values all = [] {
    Values filled{};
    for (char& value : filled.values) value = -1;
    return filled;
  }();

  static constexpr Tensor tensor(const Quantity& shape) { return parameter::tensor_of(all.values, shape); }

  struct List {
    LayerParameters items[count > 0 ? count : 1]{};
  };
  static constexpr List list = [] {
    List parameters{};
    const auto& graph = graph_of<Net>();
    int next = 0;
    for (int i = 0; i < graph.size; ++i) {
      if (!graph[i].weighted()) continue;
      parameters.items[next].weight = tensor(parameter::weight_shape(graph[i]));
      if (graph[i].bias) parameters.items[next].bias = tensor(graph[i].out.channels);
      ++next;
    }
    return parameters;
  }();
  static constexpr const auto& layers = list.items;
};

/// A deployment that only has to be refused.
template <class Net, class... Options>
using Refused = Deployment<Net, max78000, AnyParameters<Net>, Options...>;

}  // namespace incuse
