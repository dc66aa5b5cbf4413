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

/// Both: the plan, empty if the layers have errors, and what `check` says of it.
template <int N>
struct CheckedPlan {
  Plan<N> plan{};
  Findings findings{};
};

/// `plan_if_possible` and `check`, which looks at each layer once.
template <int N>
constexpr CheckedPlan<N> checked_plan(const Graph<N>& graph, const Device& device) {
  CheckedPlan<N> checked;
  checked.findings = check_layers(graph, device);
  if (graph.size == 0 || !checked.findings.ok()) return checked;
  checked.plan = plan(graph, device);
  checked.findings.add(check_plan(graph, checked.plan, device));
  return checked;
}

}  // namespace incuse::k210
