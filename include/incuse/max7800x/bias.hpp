// Contents of the bias memories. Spec: max7800x-memory, section 6.1.
#pragma once

#include <cstdint>

#include <incuse/max7800x/allocation.hpp>
#include <incuse/model/parameters.hpp>

namespace incuse::max7800x {

/// Passes the values of one group's bias memory to `sink(std::uint8_t)`, from its first value to its last.
template <int N, class Sink>
constexpr void emit_bias(const Graph<N>& graph, const Plan<N>& plan, Parameters parameters, int group, Sink&& sink) {
  for (int next = 0; next < plan.bias_fill[group];) {
    const int before = next;
    for (int i = 0; i < graph.size; ++i) {
      const bool owner = graph[i].bias && graph[i].same_bias_as < 0;
      if (!owner || plan[i].bias_group != group || plan[i].bias_offset != next) continue;
      const Tensor bias = parameters_of(graph, parameters, i).bias;
      for (int filler = 0; filler < bias_fillers(graph[i], plan[i], i); ++filler) sink(std::uint8_t{0});
      for (int c = 0; c < graph[i].out.channels; ++c)
        sink(c < bias.count ? static_cast<std::uint8_t>(bias[c]) : std::uint8_t{0});
      next += bias_length(graph[i], plan[i], i);
      break;
    }
    if (next == before) break;  // no layer starts here: the plan is not one that `plan` makes
  }
}

/// Number of values in all bias memories.
template <int N>
constexpr int bias_values(const Plan<N>& plan) {
  int total = 0;
  for (int fill : plan.bias_fill) total += fill;
  return total;
}

}  // namespace incuse::max7800x
