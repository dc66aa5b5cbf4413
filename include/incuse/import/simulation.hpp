// The order in which the expected data of a description is computed: `simulated_sequence` says what the hardware
// decides by itself on a chip, such as a jump after a hit of the snoop unit. Spec: max7800x-network-description,
// sections 2 and 8; max7800x-memory, section 4.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include <incuse/import/described_network.hpp>
#include <incuse/model/graph.hpp>

namespace incuse {

/// The layers that the expected data come from.
struct Simulation {
  std::vector<int> order{};  ///< indices, ascending; empty: all layers

  bool computes(int layer) const {
    return order.empty() || std::find(order.begin(), order.end(), layer) != order.end();
  }
  /// The layer that it ends with, of a network of `size` layers.
  int last(int size) const { return order.empty() ? size - 1 : order.back(); }
  /// Whether the output of layer `index` is expected: that of a computed output, and of the layer that it ends with.
  bool expects(int index, const Layer& layer, int size) const {
    return computes(index) && (layer.output || index == last(size));
  }
};

/// Follows `simulated_sequence`, and where there is none `next_sequence`, among the first `size` layers.
inline Simulation simulation_of(const NetworkDescription& description, int size) {
  Simulation found;
  std::vector<int>& order = found.order;
  for (int at = 0; at >= 0 && at < size && (order.empty() || at > order.back());
       at = description.layers[static_cast<std::size_t>(at)].simulated_next)
    order.push_back(at);
  if (static_cast<int>(order.size()) == size) order.clear();
  return found;
}

/// The graph as it is simulated: a layer that names no source reads the one that was computed before it. Layers that
/// are not computed stay; their outputs mean nothing.
template <int N>
Graph<N> simulated(Graph<N> graph, const NetworkDescription& description, const Simulation& simulation) {
  const std::vector<int>& order = simulation.order;
  for (std::size_t k = 1; k < order.size(); ++k) {
    Sources& sources = graph[order[k]].sources;
    if (description.layers[static_cast<std::size_t>(order[k])].sources.empty() && sources.size == 1)
      sources[0] = order[k - 1];
  }
  return graph;
}

}  // namespace incuse
