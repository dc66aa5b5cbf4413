// The planning stage: Graph and Device in, Plan out. Spec: max7800x-placement, max7800x-memory.
#pragma once

#include <incuse/max7800x/allocation.hpp>
#include <incuse/max7800x/placement.hpp>

namespace incuse::max7800x {

namespace detail {

template <int N>
constexpr void split_into_passes(const Graph<N>& graph, const Options& options, Plan<N>& plan) {
  plan.size = graph.size;
  for (int i = 0; i < graph.size; ++i) {
    plan[i].in = passes_of(graph[i].in.channels, options.processors_per_pass);
    plan[i].out = passes_of(graph[i].out.channels, options.processors_per_pass);
  }
}

/// The quad fast FIFO delivers the input to all groups at once: what the first group reads.
template <int N>
constexpr void fan_out(Plan<N>& plan) {
  const ProcessorMap map = plan[0].processors & 0xffff;
  if (map == 0) return;  // out of reach
  plan[0].fans_out = true;
  plan[0].processors = map | map << 16 | map << 32 | map << 48;
}

template <int N>
constexpr unsigned groups_in_use(const Graph<N>& graph, const Plan<N>& plan) {
  unsigned used = 0;
  for (int i = 0; i < graph.size; ++i) used |= groups_of(plan[i].processors);
  if (graph.size > 0) used |= groups_of(plan[graph.size - 1].output_processors);
  return used;
}

}  // namespace detail

/// One attempt to place a network automatically: no weights yet.
template <int N>
constexpr Plan<N> plan_attempt(const Graph<N>& graph, const Device& device, const Options& options, int number) {
  Plan<N> result{};
  detail::split_into_passes(graph, options, result);
  place_as(attempt_of(number), graph, device, options, result);
  return result;
}

/// Of two placements that do not fit, the one to explain: which ends lower, without outputs over inputs.
template <int N>
constexpr bool is_nearer(const Plan<N>& attempt, const Plan<N>& other) {
  return !attempt.in_place && attempt.peak_bytes <= other.peak_bytes;
}

/// A plan with its tensors placed, completed with weights and biases.
template <int N>
constexpr Plan<N> with_weights(const Graph<N>& graph, const Device& device, const Options& options, Plan<N> plan) {
  plan.vendor_stream = options.vendor_stream;
  if (plan[0].processors == 0 && !graph.placed_by_hand()) return plan;
  plan.groups = detail::groups_in_use(graph, plan);
  allocate_columns(graph, device, options, plan);
  if (!graph.placed_by_hand() && !columns_fit(plan)) allocate_columns_by_width(graph, device, options, plan);
  allocate_bias(graph, device, plan);
  return plan;
}

/// Plans a network with inferred shapes. Where every layer is given its processors, all that is left out follows the
/// vendor's conventions; otherwise tensors are placed around what is given, for which the network has to be arranged
/// (`arrange`). Never fails: what does not fit or is not placed is left to `check`, which explains it.
template <int N>
constexpr Plan<N> plan(const Graph<N>& graph, const Device& device, const Options& options = {}) {
  Plan<N> result{};
  if (graph.size == 0) return result;
  detail::split_into_passes(graph, options, result);
  if (graph.placed_by_hand()) {
    place_by_hand(graph, result);
    if (options.fans_out()) detail::fan_out(result);
    return with_weights(graph, device, options, result);
  }
  if (!can_be_placed(graph, options)) return result;
  result.peak_bytes = no_place;
  for (int number = next_attempt(graph, options, -1); number >= 0; number = next_attempt(graph, options, number)) {
    const Plan<N> attempt = plan_attempt(graph, device, options, number);
    if (attempt.fits_data_memory || is_nearer(attempt, result)) result = attempt;
    if (attempt.fits_data_memory) break;
  }
  return with_weights(graph, device, options, result);
}

}  // namespace incuse::max7800x
