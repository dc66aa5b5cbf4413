// The planning stage: Graph and Device in, Plan out. Spec: max7800x-placement, max7800x-memory.
#pragma once

#include <incuse/max7800x/plan/allocation.hpp>
#include <incuse/max7800x/plan/placement.hpp>
#include <incuse/max7800x/plan/weight_bound.hpp>

namespace incuse::max7800x {

namespace detail {

template <int N>
constexpr void split_into_passes(const Graph<N>& graph, const Device& device, const Options& options, Plan<N>& plan) {
  plan.size = graph.size;
  plan.first_number = options.first_layer;
  if (graph.buffer.exists()) plan.buffer.passes = passes_of(graph.buffer.channels, options.processors_per_pass);
  for (int i = 0; i < graph.size; ++i) {
    plan[i].in = passes_of(graph[i].in.channels, options.processors_per_pass);
    plan[i].out = passes_of(graph[i].out.channels, options.processors_per_pass);
    const Placement& hand = graph[i].placement;
    const auto uses = [&](bool by_hand, Feature feature) {
      return device.has(feature) && (by_hand || options.asks_for(feature));
    };
    plan[i].parallel_outputs =
        uses(hand.parallel_outputs, Feature::parallel_outputs) &&
        ((options.vendor_stream && !graph[i].tests()) || suits_parallel_outputs(graph.layers, i, options.fans_out()));
    plan[i].reads_ahead = uses(hand.read_ahead, Feature::read_ahead);
    plan[i].counts_in_fours = hand.tcalc || (plan[i].reads_ahead && !hand.no_tcalc && plan[i].in.count > 1);
    plan[i].read_gap = device.has(Feature::read_gap) ? hand.read_gap : 0;
    plan[i].lanes_have_bias = device.lanes_have_bias;
    if (device.leaves_holes(graph[i].pool.height, graph[i].pool_stride.height)) plan[i].holes = device.output_holes;
    plan[i].resets =
        device.resets_before_average && i > 0 && graph[i].pooling == Pooling::average && graph[i - 1].operands > 1;
  }
}

/// The quad fast FIFO delivers the same input to all groups: each reads with the processors that group 0 was given.
template <int N>
constexpr void fan_out(Plan<N>& plan) {
  const ProcessorMap map = plan[0].processors & 0xffff;
  if (map == 0) return;  // the FIFO does not reach the processors: a rule reports it
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
struct Attempt {
  Plan<N> plan{};
  detail::Precedence<N> next{};  ///< if the plan does not fit: which tensors are to choose earlier than they did
};

/// Makes attempt `number` (see `attempt_of`).
template <int N>
constexpr Attempt<N> plan_attempt(const Graph<N>& graph, const Device& device, const Options& options, int number,
                                  const detail::Precedence<N>& precedence = {}) {
  Attempt<N> result{{}, precedence};
  detail::split_into_passes(graph, device, options, result.plan);
  place_as(attempt_of(number), graph, device, options, result.plan, result.next);
  return result;
}

/// A plan with its tensors placed, completed with weights and biases.
template <int N>
constexpr Plan<N> with_weights(const Graph<N>& graph, const Device& device, const Options& options, Plan<N> plan) {
  plan.vendor_stream = options.vendor_stream;
  if (plan[0].processors == 0 && !graph.placed_by_hand()) return plan;
  plan.groups = detail::groups_in_use(graph, plan);
  allocate_columns(graph, device, options, ColumnUse::like_the_vendor, plan);
  if (!columns_fit(plan)) allocate_columns(graph, device, options, ColumnUse::least, plan);
  // The vendor's tool deals columns out layer by layer, and refuses what does not fit so.
  const bool in_any_order = !graph.placed_by_hand() || !options.vendor_stream;
  if (in_any_order && !columns_fit(plan)) reorder_columns(graph, device, options, plan);
  allocate_bias(graph, device, plan);
  return plan;
}

/// True if the memories hold everything that a plan puts into them.
template <int N>
constexpr bool fits_memories(const Graph<N>& graph, const Plan<N>& plan) {
  if (plan.size == 0 || plan[0].processors == 0 || !plan.fits_data_memory) return false;
  for (int i = 0; i < graph.size; ++i) {
    if (plan[i].kernels.owned && plan[i].kernels.offset < 0) return false;
    if (plan[i].bias_group >= 0 && plan[i].bias_offset < 0) return false;
  }
  return true;
}

/// Which of two plans that do not fit is reported: true if it is `attempt`, because it fits the data memories, or
/// because no plan does and its highest tensor ends lower, without outputs that overwrite inputs.
template <int N>
constexpr bool is_nearer(const Plan<N>& attempt, const Plan<N>& other) {
  if (attempt.fits_data_memory || other.fits_data_memory) return !other.fits_data_memory;
  return !attempt.in_place && attempt.peak_bytes <= other.peak_bytes;
}

/// The precedence for repeating an attempt that did not fit: `plan` is its plan, with weights if the tensors were
/// placed. If weights found no columns, the tensors that their layers read choose earlier.
template <int N>
constexpr detail::Precedence<N> next_precedence(const Graph<N>& graph, detail::Precedence<N> next,
                                                const Plan<N>& plan) {
  for (int i = 0; i < graph.size && plan.fits_data_memory; ++i)
    if (plan[i].kernels.owned && plan[i].kernels.offset < 0)
      for (int source : graph[i].sources) next.raise(detail::value_of(graph, source));
  return next;
}

/// The outlook of attempt `number`.
template <int N>
constexpr Outlook outlook_of(const Graph<N>& graph, const Device& device, const Options& options, int number) {
  Plan<N> passes{};
  detail::split_into_passes(graph, device, options, passes);
  return outlook_of(attempt_of(number), graph, device, options, passes);
}

namespace detail {

/// An attempt's plan, with weights if all of its tensors fit.
template <int N>
constexpr Plan<N> with_weights_if_placed(const Graph<N>& graph, const Device& device, const Options& options,
                                         const Plan<N>& placed) {
  return placed.fits_data_memory ? with_weights(graph, device, options, placed) : placed;
}

/// The plan that the search finds; `passes`: a plan in which only the numbers of passes are filled in.
template <int N>
constexpr Plan<N> searched_plan(const Graph<N>& graph, const Device& device, const Options& options,
                                const Plan<N>& passes) {
  Plan<N> nearest = passes, plan = passes;
  nearest.fits_data_memory = false;
  nearest.peak_bytes = no_place;
  Attempt<N> attempt{};
  const auto make = [&](int number, const Precedence<N>& precedence) {
    attempt = plan_attempt(graph, device, options, number, precedence);
    plan = with_weights_if_placed(graph, device, options, attempt.plan);
  };
  const auto answer = [&](const AttemptSearch& search) -> AttemptSearch::Answer {
    if (search.asks_outlook()) return {.yes = search.goes_on(graph, outlook_of(graph, device, options, search.number))};
    if (search.repetition <= 1) make(search.number, {});
    if (search.repetition > 0) make(search.number, next_precedence(graph, attempt.next, plan));
    const bool nearer = search.repetition == 0 && is_nearer(plan, nearest);
    if (nearer) nearest = plan;
    const bool fits = fits_memories(graph, plan);
    return {fits, nearer, !fits && plan.fits_data_memory && !can_hold_weights(graph, device, options)};
  };
  AttemptSearch search = first_question(graph, options);
  while (!search.ended()) search = next_question(graph, options, search, answer(search));
  if (search.found) return plan;
  return nearest.fits_data_memory ? nearest : with_weights(graph, device, options, nearest);
}

}  // namespace detail

/// Plans a network with inferred shapes. Where every layer is given its processors, all that is left out follows the
/// vendor's conventions; otherwise tensors are placed around what is given, for which the network has to be arranged
/// (`arrange`). Never fails: what does not fit or is not placed is left to `check`, which explains it.
template <int N>
constexpr Plan<N> plan(const Graph<N>& graph, const Device& device, const Options& options = {}) {
  Plan<N> result{};
  if (graph.size == 0) return result;
  detail::split_into_passes(graph, device, options, result);
  if (graph.placed_by_hand()) {
    place_by_hand(graph, result);
    if (options.fans_out()) detail::fan_out(result);
    return with_weights(graph, device, options, result);
  }
  if (!can_be_placed(graph, options)) return result;
  return detail::searched_plan(graph, device, options, result);
}

/// The plan of a network, or an empty one where planning makes no sense.
template <int N>
constexpr Plan<N> plan_if_possible(const Graph<N>& graph, const Device& device, const Options& options = {}) {
  return plannable(graph, device) ? plan(graph, device, options) : Plan<N>{};
}

}  // namespace incuse::max7800x
