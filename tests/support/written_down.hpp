// The placement that the planner has chosen, as if the author had written it down.
#pragma once

#include <incuse/max7800x/planning.hpp>

namespace planned {

template <int N>
incuse::Graph<N> written_down(const incuse::max7800x::PlannedNetwork<N>& network) {
  incuse::Graph<N> graph = network.graph;
  graph.input_format = network.plan.input_format;
  for (int i = 0; i < graph.size; ++i) {
    const incuse::max7800x::LayerPlan& own = network.plan[i];
    graph[i].placement = {own.input_map(), own.output_processors, own.in_offset, own.out_offset, own.write_gap};
  }
  return graph;
}

}  // namespace planned
