// Contents of the bias memories. Spec: max7800x-memory, section 6.1.
#pragma once

#include <cstdint>

#include <incuse/max7800x/plan/allocation.hpp>
#include <incuse/model/parameters.hpp>

namespace incuse::max7800x {

/// Passes the values of one group's bias memory to `sink(std::uint8_t)`, from its first value to its last.
template <int N, class Sink>
constexpr void emit_bias(const Graph<N>& graph, const Plan<N>& plan, Parameters parameters, int group, Sink&& sink) {
  for (int next = 0; next < plan.bias_fill[group];) {
    const int before = next;
    for (int i = 0; i < graph.size && next == before; ++i) {  // of a layer that fans out, a group may have none
      const LayerPlan& placed = plan[i];
      const int offset = placed.bias_in(group);
      if (offset != next || !graph[i].bias || bias_owner(graph, plan, i) >= 0) continue;
      const Tensor bias = parameters_of(graph, parameters, i).bias;
      const auto pass_on = [&](int channel) {
        const bool exists = channel >= 0 && channel < bias.count;
        sink(exists ? static_cast<std::uint8_t>(bias[channel]) : std::uint8_t{0});
        ++next;
      };
      if (graph[i].groups > 1) {
        int left = depthwise_bias(graph[i], placed).length[group];
        for_each_depthwise_bias(graph[i], placed, [&](int own, int channel) {
          if (own == group && left-- > 0) pass_on(channel);
        });
        continue;
      }
      int turn = 0;
      for_each_bias(graph, plan, i, [&](int channel) {
        if (!placed.fans_out || turn++ % groups == group) pass_on(channel);
      });
    }
    if (next > before) continue;
    sink(std::uint8_t{0});  // no layer starts here: some start at multiples of 4 only
    ++next;
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
