// A network with all placement by hand removed. Spec: max7800x-placement, section 1.
#pragma once

#include <incuse/model/graph.hpp>

namespace incuse {

/// The part of a placement that says how a layer computes, without that which says where.
constexpr Placement without_places(const Placement& placement) {
  Placement how{};
  how.parallel_outputs = placement.parallel_outputs;
  how.read_ahead = placement.read_ahead;
  how.tcalc = placement.tcalc;
  how.no_tcalc = placement.read_ahead && placement.no_tcalc;
  return how;
}

/// The same network with everything left to the planner: processors, offsets, gaps, bias groups, the input's format,
/// which layers stream, and the order of execution. Layers that only copy a tensor stay in the graph; a planner drops
/// those it does not need.
template <int N>
constexpr Graph<N> without_placement(Graph<N> graph) {
  graph.input_format = DataFormat::automatic;
  graph.input_offset = Placement::not_given;
  graph.buffer.processors = 0;
  graph.buffer.offset = Placement::not_given;
  for (int i = 0; i < graph.size; ++i) {
    graph[i].placement = without_places(graph[i].placement);
    graph[i].streaming = false;
  }
  return graph;
}

}  // namespace incuse
