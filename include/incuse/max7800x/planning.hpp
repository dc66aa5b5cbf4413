// From a network to its plan, with everything that has to be decided in between: the network is arranged for the chip,
// and where its tensors do not fit, the first layers stream. Spec: max7800x-placement, sections 3, 4 and 8.
#pragma once

#include <type_traits>

#include <incuse/max7800x/rules.hpp>

namespace incuse::max7800x {

/// A network as the chip executes it, the options that it needs for that, and where everything lies.
template <int N>
struct PlannedNetwork {
  Graph<N> graph{};
  Options options{};
  Plan<N> plan{};
  bool fits = false;  ///< into data, weight and bias memories
};

namespace detail {

/// True if the first `count` layers can stream (placement sheet, section 8).
template <int N>
constexpr bool can_stream(const Graph<N>& graph, int count, const Device& device) {
  if (count > device.max_streaming_layers || count > graph.size) return false;
  for (int i = 0; i < graph.size; ++i)
    for (int source : graph[i].sources) {
      // What streams is read by the next layer only, and is nowhere as a whole.
      const bool chained = graph[i].sources.size == 1 && source == i - 1;
      if (source < count - 1 && !chained) return false;
    }
  for (int i = 0; i < count; ++i) {
    const Layer& layer = graph[i];
    if (layer.flatten || layer.operands > 1 || folds_rows(layer)) return false;
    if (layer.output && i < count - 1) return false;
  }
  return can_stream_last(graph[count - 1]);
}

/// Channels that the FIFOs deliver.
template <int N>
constexpr bool can_use_fifo(const Graph<N>& graph, const Options& options) {
  const int channels = graph[0].in.channels;
  return graph[0].operands == 1 && graph[0].sources.size == 1 && channels <= (options.uses_fast_fifo() ? 4 : 16);
}

}  // namespace detail

/// The network arranged for the chip, its layers streaming only if the author says so; not planned yet.
template <int Capacity, int N>
constexpr PlannedNetwork<Capacity> arranged_network(const Graph<N>& graph, const Options& options) {
  return {arrange<Capacity>(graph, options), options};
}

/// The same with the first `layers` layers streaming, their input coming from FIFOs.
template <int N>
constexpr PlannedNetwork<N> streaming_network(PlannedNetwork<N> network, int layers) {
  if (!network.options.uses_fifo()) network.options.input_path = InputPath::fifo;
  for (int i = 0; i < layers; ++i) network.graph[i].streaming = true;
  return network;
}

template <int N>
constexpr PlannedNetwork<N> with_plan(PlannedNetwork<N> network, const Plan<N>& plan) {
  network.plan = plan;
  network.fits = fits_memories(network.graph, plan);
  return network;
}

/// Planned as it is. Without a plan if the numbers of the network make no sense, or if it has too many layers.
template <int N>
constexpr PlannedNetwork<N> planned_network(const PlannedNetwork<N>& network, const Device& device) {
  if (!plannable(network.graph, device)) return network;
  return with_plan(network, plan(network.graph, device, network.options));
}

/// Next number of streaming layers to try, more than `layers`; 0 if there is none. Layers that stream by hand, or a
/// network that is placed by hand, stay as they are.
template <int N>
constexpr int next_streaming_count(const PlannedNetwork<N>& planned, const Device& device, int layers) {
  const Graph<N>& graph = planned.graph;
  if (planned.plan.size == 0 || planned.plan[0].processors == 0 || graph.placed_by_hand()) return 0;
  if (!detail::can_use_fifo(graph, planned.options)) return 0;
  if (layers == 0 && detail::streamed_layers(graph) > 0) return 0;
  for (int count = layers + 1; count <= device.max_streaming_layers; ++count)
    if (detail::can_stream(graph, count, device)) return count;
  return 0;
}

/// Arranges a network with inferred shapes and plans it. Where it does not fit, as few of the first layers as possible
/// stream. `Capacity` has to hold the copies that the hardware needs, see `arranged_size`. Never fails: `check`
/// explains what does not fit.
template <int Capacity, int N>
constexpr PlannedNetwork<Capacity> arrange_and_plan(const Graph<N>& graph, const Device& device,
                                                    const Options& options = {}) {
  const PlannedNetwork<Capacity> whole = planned_network(arranged_network<Capacity>(graph, options), device);
  for (int count = 0; !whole.fits;) {
    count = next_streaming_count(whole, device, count);
    if (count == 0) break;
    const PlannedNetwork<Capacity> streaming = planned_network(streaming_network(whole, count), device);
    if (streaming.fits) return streaming;
  }
  return whole;
}
/// The same for a graph that is read at run time. A template, so that nobody else pays for it.
template <class RunTimeGraph>
  requires std::is_same_v<RunTimeGraph, Graph<most_layers>>
constexpr PlannedNetwork<most_layers> arrange_and_plan(const RunTimeGraph& graph, const Device& device,
                                                       const Options& options = {}) {
  return arrange_and_plan<most_layers>(graph, device, options);
}

/// `planned_network` at compile time: in several evaluations, since compilers limit a single one.
template <const auto& network, const Device& Chip>
struct StagedPlan {
 private:
  static constexpr const auto& graph = network.graph;
  static constexpr int capacity = network.graph.capacity;
  using Planned = PlannedNetwork<capacity>;
  static constexpr bool in_attempts =
      !graph.placed_by_hand() && plannable(graph, Chip) && can_be_placed(graph, network.options);

  /// Repetition 0 is the first time.
  template <int Number, int Repetition>
  static constexpr Attempt<capacity> attempted() {
    if constexpr (Repetition == 0)
      return plan_attempt(graph, Chip, network.options, Number);
    else
      return plan_attempt(
          graph, Chip, network.options, Number,
          next_precedence(graph, attempt<Number, Repetition - 1>.next, tried<Number, Repetition - 1>()));
  }
  /// An attempt, and the same with weights.
  template <int Number, int Repetition>
  static constexpr Attempt<capacity> attempt = attempted<Number, Repetition>();
  template <int Number, int Repetition>
  static constexpr Planned complete = with_plan(network, with_weights(graph, Chip, network.options,
                                                                      attempt<Number, Repetition>.plan));

  template <int Number, int Repetition>
  static constexpr const Plan<capacity>& tried() {
    if constexpr (attempt<Number, Repetition>.plan.fits_data_memory)
      return complete<Number, Repetition>.plan;
    else
      return attempt<Number, Repetition>.plan;
  }
  template <int Number, int Repetition>
  static constexpr bool fits() {
    return fits_memories(graph, tried<Number, Repetition>());
  }

  template <int Number>
  static constexpr int repetitions = may_be_repeated(graph, Chip, network.options, Number) ? attempt_repetitions : 0;

  /// The first attempt from `Number` on that fits, or else one that is repeated, or else the nearest.
  template <int Number, int Nearest>
  static constexpr const Planned& chosen() {
    constexpr int nearest = is_nearer(tried<Number, 0>(), tried<Nearest, 0>()) ? Number : Nearest;
    constexpr int next = next_attempt(graph, network.options, Number);
    if constexpr (fits<Number, 0>())
      return complete<Number, 0>;
    else if constexpr (next < 0)
      return repeated<first, 1, nearest>();
    else
      return chosen<next, nearest>();
  }
  template <int Number, int Repetition, int Nearest>
  static constexpr const Planned& repeated() {
    constexpr int next = next_attempt(graph, network.options, Number);
    if constexpr (Repetition <= repetitions<Number> && fits<Number, Repetition>())
      return complete<Number, Repetition>;
    else if constexpr (Repetition < repetitions<Number>)
      return repeated<Number, Repetition + 1, Nearest>();
    else if constexpr (next >= 0)
      return repeated<next, 1, Nearest>();
    else
      return complete<Nearest, 0>;
  }

  static constexpr int first = in_attempts ? next_attempt(graph, network.options, -1) : 0;
  static constexpr Planned at_once = in_attempts ? Planned{} : planned_network(network, Chip);

  static constexpr const Planned& choice() {
    if constexpr (in_attempts)
      return chosen<first, first>();
    else
      return at_once;
  }

 public:
  static constexpr const Planned& result = choice();
};

/// `arrange_and_plan` at compile time, with a capacity that is exactly enough.
template <const auto& graph, const Device& Chip, const Options& options>
struct CompiledPlan {
 private:
  static constexpr int capacity = arranged_size(graph, options);
  static constexpr auto arranged = arranged_network<capacity>(graph, options);
  static constexpr const auto& whole = StagedPlan<arranged, Chip>::result;

  template <int Count>
  static constexpr auto streaming = streaming_network(arranged, Count);

  template <int Tried>
  static constexpr const PlannedNetwork<capacity>& first_that_fits() {
    constexpr int next = next_streaming_count(whole, Chip, Tried);
    if constexpr (next == 0)
      return whole;
    else if constexpr (StagedPlan<streaming<next>, Chip>::result.fits)
      return StagedPlan<streaming<next>, Chip>::result;
    else
      return first_that_fits<next>();
  }
  static constexpr const PlannedNetwork<capacity>& chosen() {
    if constexpr (whole.fits)
      return whole;
    else
      return first_that_fits<0>();
  }

 public:
  static constexpr const PlannedNetwork<capacity>& result = chosen();
};

}  // namespace incuse::max7800x
