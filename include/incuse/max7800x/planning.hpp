// From a network to its plan, with everything that has to be decided in between: the network is arranged for the chip,
// and where its tensors do not fit, the first layers stream. Spec: max7800x-placement, sections 3, 4 and 8.
#pragma once

#include <type_traits>

#include <incuse/max7800x/plan/plan.hpp>

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
      // The output of a streaming layer is never in memory as a whole: only the next layer can read it.
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

/// True if one of the first `count` layers has a bias.
template <int N>
constexpr bool has_bias(const Graph<N>& graph, int count) {
  for (int i = 0; i < count; ++i)
    if (graph[i].bias) return true;
  return false;
}

/// Sources whose tensor would have to lie in two places, such as one that is concatenated in two orders.
template <int N, int M>
constexpr SourceSet torn_sources(const Graph<N>& graph, const Graph<M>& arranged, const Options& options) {
  Families<M> processors{}, memory{};
  SourceSet torn = 0;
  for (int i = 0; i < arranged.size; ++i) {
    const Layer& layer = arranged[i];
    if (reads_buffer(layer)) continue;
    const int first = layer.sources[0] + 1;
    const Member begin = member_of(arranged, layer, 0, options);
    for (int k = 1; k < layer.sources.size; ++k) {
      const Member member = member_of(arranged, layer, k, options);
      const int own = layer.sources[k] + 1;
      const bool beside = processors.tie(first, own, member.processors - begin.processors);
      if (beside && memory.tie(first, own, member.bytes - begin.bytes)) continue;
      for_each_source(graph, [&](int author, int number, SourceSet bit) {
        if (author == layer.author_layer && number == k) torn |= bit;
      });
    }
    if (!layer.weighted()) processors.tie(first, i + 1, 0);
  }
  return torn;
}

/// True if FIFOs can deliver the input: one operand of at most 16 channels, with a fast FIFO 4.
template <int N>
constexpr bool can_use_fifo(const Graph<N>& graph, const Options& options) {
  const int channels = graph[0].in.channels;
  return graph[0].operands == 1 && graph[0].sources.size == 1 && channels <= (options.uses_fast_fifo() ? 4 : 16);
}

}  // namespace detail

/// The network arranged for the chip, its layers streaming only if the author says so; not planned yet. The sources in
/// `moved` are copied by convolutions, which may write to processors of any group.
template <int Capacity, int N>
constexpr PlannedNetwork<Capacity> arranged_network(const Graph<N>& graph, const Options& options,
                                                    SourceSet moved = 0) {
  return {arrange<Capacity>(graph, options, moved), options};
}

/// The same with the first `layers` layers streaming, their input coming from FIFOs.
template <int N>
constexpr PlannedNetwork<N> streaming_network(PlannedNetwork<N> network, int layers) {
  if (layers > 0 && !network.options.uses_fifo()) network.options.input_path = InputPath::fifo;
  for (int i = 0; i < layers; ++i) network.graph[i].streaming = true;
  return network;
}

/// The network with the given plan, and whether it fits.
template <int N>
constexpr PlannedNetwork<N> with_plan(PlannedNetwork<N> network, const Plan<N>& plan) {
  network.plan = plan;
  network.fits = fits_memories(network.graph, plan);
  return network;
}

/// The network with a plan, otherwise unchanged. The plan is empty if sizes make no sense or there are too many layers.
template <int N>
constexpr PlannedNetwork<N> planned_network(const PlannedNetwork<N>& network, const Device& device) {
  if (!plannable(network.graph, device)) return network;
  return with_plan(network, plan(network.graph, device, network.options));
}

/// The sources that may have to be copied by a convolution, to processors of another group. `arranged`: the network
/// without such convolutions.
template <int N, int M>
constexpr SourceSet movable_sources(const Graph<N>& graph, const PlannedNetwork<M>& arranged) {
  if (!detail::can_be_arranged(graph) || lacks_copies(arranged.graph, arranged.options)) return 0;
  return movable_copies(graph, arranged.options) | detail::torn_sources(graph, arranged.graph, arranged.options);
}

/// What is changed where a network does not fit as it is: copies move to another group, the first layers stream, or
/// both. As few layers as possible stream, with a bias among them only if nothing else helps: it may not work (device
/// sheet, section 4). Resort{}: nothing is changed.
struct Resort {
  SourceSet moved = 0;  ///< sources that are copied by convolutions
  int streaming = 0;    ///< number of the first layers that stream
  bool biased = false;  ///< one of these has a bias

  friend constexpr bool operator==(const Resort&, const Resort&) = default;
};

/// The resort to try after `last` (Resort{}: the first one); Resort{} if there is none left. `movable`: the copies that
/// may be moved. Layers that stream by hand, or a network that is placed by hand, stay as they are.
template <int N>
constexpr Resort next_resort(const PlannedNetwork<N>& arranged, const Device& device, SourceSet movable, Resort last) {
  const Graph<N>& graph = arranged.graph;
  if (graph.placed_by_hand() || !plannable(graph, device) || !can_be_placed(graph, arranged.options)) return {};
  if (last == Resort{} && movable != 0) return {movable, 0, false};
  if (!detail::can_use_fifo(graph, arranged.options) || detail::streamed_layers(graph) > 0) return {};
  if (last.streaming == 0) last.moved = 0;
  for (;;) {
    if (++last.streaming <= device.max_streaming_layers) {
      const bool can = detail::can_stream(graph, last.streaming, device);
      if (can && detail::has_bias(graph, last.streaming) == last.biased) return last;
    } else if (last.moved == 0 && movable != 0) {
      last = {movable, 0, last.biased};
    } else if (!last.biased) {
      last = {0, 0, true};
    } else {
      return {};
    }
  }
}

/// Arranges a network with inferred shapes and plans it. Where it does not fit, see `Resort`. `Capacity` has to hold
/// the copies that the hardware needs, see `arranged_size`. Never fails: `check` explains what does not fit.
template <int Capacity, int N>
constexpr PlannedNetwork<Capacity> arrange_and_plan(const Graph<N>& graph, const Device& device,
                                                    const Options& options = {}) {
  const auto planned_with = [&](Resort resort) {
    return planned_network(
        streaming_network(arranged_network<Capacity>(graph, options, resort.moved), resort.streaming), device);
  };
  const PlannedNetwork<Capacity> whole = planned_with({});
  if (whole.fits) return whole;
  const SourceSet movable = movable_sources(graph, whole);
  for (Resort resort = next_resort(whole, device, movable, {}); resort != Resort{};
       resort = next_resort(whole, device, movable, resort)) {
    PlannedNetwork<Capacity> found = planned_with(resort);
    if (!found.fits) continue;
    // Convolutions take longer than copies: each is kept only if it is needed.
    for (SourceSet bit = 1; bit != 0; bit <<= 1) {
      if ((resort.moved & bit) == 0) continue;
      Resort fewer = resort;
      fewer.moved &= ~bit;
      const PlannedNetwork<Capacity> other = planned_with(fewer);
      if (!other.fits) continue;
      found = other;
      resort = fewer;
    }
    return found;
  }
  return whole;
}
/// The same for a graph that is read at run time. A template, so that it is compiled only where it is used.
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

  /// Repetition 0 is the attempt itself; later ones use the precedence that the one before suggests.
  template <int Number, int Repetition>
  static constexpr Attempt<capacity> attempted() {
    if constexpr (Repetition == 0)
      return plan_attempt(graph, Chip, network.options, Number);
    else
      return plan_attempt(
          graph, Chip, network.options, Number,
          next_precedence(graph, attempt<Number, Repetition - 1>.next, tried<Number, Repetition - 1>()));
  }
  /// An attempt (tensors only), and its plan with weights and biases placed.
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
  static constexpr Outlook outlook = outlook_of(graph, Chip, network.options, Number);
  template <int Number>
  static constexpr int repetitions = may_be_repeated(graph, outlook<Number>) ? attempt_repetitions : 0;

  /// The first attempt from `Number` on that fits; else the first repetition that fits; else the plan that is closest
  /// to fitting (`is_nearer`). `Nearest`: the closest of the attempts before `Number`.
  template <int Number, int Nearest>
  static constexpr const Planned& chosen() {
    if constexpr (fits<Number, 0>()) {
      return complete<Number, 0>;
    } else {
      constexpr int nearest = is_nearer(tried<Number, 0>(), tried<Nearest, 0>()) ? Number : Nearest;
      return next_chosen<next_attempt(graph, network.options, Number), nearest>();
    }
  }
  /// Likewise from attempt `Number` on, skipped if not worth making; -1: all were tried, repetitions follow.
  template <int Number, int Nearest>
  static constexpr const Planned& next_chosen() {
    if constexpr (Number < 0)
      return repeated<first, 1, Nearest>();
    else if constexpr (is_worth_making(Number, outlook<Number>))
      return chosen<Number, Nearest>();
    else
      return next_chosen<next_attempt(graph, network.options, Number), Nearest>();
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
  template <Resort How>
  static constexpr auto network = streaming_network(
      arranged_network<arranged_size(graph, options, How.moved)>(graph, options, How.moved), How.streaming);
  template <Resort How>
  static constexpr const auto& planned() {
    return StagedPlan<network<How>, Chip>::result;
  }

  template <Resort Last>
  static constexpr const auto& first_that_fits() {
    constexpr Resort next = next_resort(network<Resort{}>, Chip, movable_sources(graph, network<Resort{}>), Last);
    if constexpr (next == Resort{})
      return planned<Resort{}>();
    else if constexpr (planned<next>().fits)
      return with_fewer_moved<next, SourceSet{1}>();
    else
      return first_that_fits<next>();
  }

  /// Convolutions take longer than copies: each is kept only if it is needed.
  template <Resort How, SourceSet Bit>
  static constexpr const auto& with_fewer_moved() {
    constexpr Resort fewer{How.moved & ~Bit, How.streaming, How.biased};
    if constexpr (How.moved < Bit || Bit == 0)
      return planned<How>();
    else if constexpr (fewer == How)
      return with_fewer_moved<How, Bit << 1>();
    else if constexpr (planned<fewer>().fits)
      return with_fewer_moved<fewer, Bit << 1>();
    else
      return with_fewer_moved<How, Bit << 1>();
  }

  static constexpr const auto& chosen() {
    if constexpr (planned<Resort{}>().fits)
      return planned<Resort{}>();
    else
      return first_that_fits<Resort{}>();
  }

 public:
  static constexpr const auto& result = chosen();
};

}  // namespace incuse::max7800x
