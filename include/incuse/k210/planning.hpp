// From a graph to its plan: a network is planned if its layers break no rule.
#pragma once

#include <incuse/k210/plan/plan.hpp>
#include <incuse/k210/rules.hpp>

namespace incuse::k210 {

/// The plan of a network; an empty one if its layers have errors.
template <int N>
constexpr Plan<N> plan_if_possible(const Graph<N>& graph, const Device& device) {
  return graph.size > 0 && check_layers(graph, device).ok() ? plan(graph, device) : Plan<N>{};
}

}  // namespace incuse::k210
