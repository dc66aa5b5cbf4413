// From a network to its plan, with everything that has to be decided in between: the network is arranged for the chip,
// and where its tensors do not fit, the first layers stream. Spec: max7800x-placement, sections 3, 4 and 8.
#pragma once

#include <type_traits>

#include <incuse/max7800x/plan/fusing.hpp>
#include <incuse/max7800x/plan/plan.hpp>
#include <incuse/max7800x/plan/resorts.hpp>

namespace incuse::max7800x {

/// A network as the chip executes it, the options that it needs for that, and where everything lies.
template <int N>
struct PlannedNetwork {
  Graph<N> graph{};
  Options options{};
  Plan<N> plan{};
  bool fits = false;  ///< into data, weight and bias memories
};

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

/// Arranges a network with inferred shapes and plans it. Where it has too many layers, see `with_fewer_layers`; where
/// it does not fit, `Resort`. `Capacity` has to hold the copies that the hardware needs, see `arranged_size`. Never
/// fails: `check` explains what does not fit.
template <int Capacity, int N>
constexpr PlannedNetwork<Capacity> arrange_and_plan(const Graph<N>& author, const Device& device,
                                                    const Options& options = {}) {
  const Graph<N> graph = with_fewer_layers(author, device, options);
  const auto planned_with = [&](Resort resort) {
    return planned_network(
        streaming_network(arranged_network<Capacity>(graph, options, resort.moved), resort.streaming), device);
  };
  const PlannedNetwork<Capacity> whole = planned_with({});
  if (whole.fits) return whole;
  const SourceSet movable = movable_sources(graph, whole.graph, options);
  PlannedNetwork<Capacity> found = whole;
  const auto after = [&](ResortSearch search, bool fits) {
    return next_trial(whole.graph, options, device, movable, search, fits);
  };
  for (ResortSearch search = after({}, false); !search.ended();) {
    const PlannedNetwork<Capacity> trial = planned_with(search.trial);
    if (trial.fits) found = trial;
    search = after(search, trial.fits);
  }
  return found;
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
  static constexpr bool weights_can_fit = in_attempts && can_hold_weights(graph, Chip, network.options);

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
  template <int Number>
  static constexpr Outlook outlook = outlook_of(graph, Chip, network.options, Number);

  template <AttemptSearch Search>
  static constexpr AttemptSearch::Answer answer() {
    if constexpr (Search.asks_outlook()) {
      return {.yes = Search.goes_on(graph, outlook<Search.number>)};
    } else {
      constexpr const auto& plan = tried<Search.number, Search.repetition>();
      constexpr bool fits = fits_memories(graph, plan);
      if constexpr (fits)
        return {.yes = true};
      else
        return refused<Search>();
    }
  }
  /// The answer for a plan that does not fit.
  template <AttemptSearch Search>
  static constexpr AttemptSearch::Answer refused() {
    constexpr const auto& plan = tried<Search.number, Search.repetition>();
    constexpr bool last = plan.fits_data_memory && !weights_can_fit;
    if constexpr (Search.repetition > 0 || Search.nearest < 0)
      return {false, Search.repetition == 0, last};
    else
      return {false, is_nearer(plan, tried<Search.nearest, 0>()), last};
  }
  template <AttemptSearch Search>
  static constexpr const Planned& found() {
    if constexpr (Search.ended())
      return complete<Search.number, Search.repetition>;
    else
      return found<next_question(graph, network.options, Search, answer<Search>())>();
  }

  static constexpr Planned at_once = in_attempts ? Planned{} : planned_network(network, Chip);

  static constexpr const Planned& choice() {
    if constexpr (in_attempts)
      return found<first_question(graph, network.options)>();
    else
      return at_once;
  }

 public:
  static constexpr const Planned& result = choice();
};

/// `arrange_and_plan` at compile time, with a capacity that is exactly enough.
template <const auto& author, const Device& Chip, const Options& options>
struct CompiledPlan {
 private:
  static constexpr bool too_long = wants_fewer_layers(author, Chip, options);
  static constexpr auto shorter() {
    if constexpr (too_long)
      return with_fewer_layers(author, Chip, options);
    else
      return 0;
  }
  static constexpr auto fewer = shorter();
  static constexpr const auto& chosen_graph() {
    if constexpr (too_long)
      return fewer;
    else
      return author;
  }
  static constexpr const auto& graph = chosen_graph();

  template <Resort How>
  static constexpr auto network = streaming_network(
      arranged_network<arranged_size(graph, options, How.moved)>(graph, options, How.moved), How.streaming);
  template <Resort How>
  static constexpr const auto& planned() {
    return StagedPlan<network<How>, Chip>::result;
  }

  template <ResortSearch Search, bool Fits>
  static constexpr const auto& found() {
    constexpr const auto& whole = network<Resort{}>;
    constexpr ResortSearch next =
        next_trial(whole.graph, whole.options, Chip, movable_sources(graph, whole.graph, whole.options), Search, Fits);
    if constexpr (next.ended())
      return planned<next.kept>();
    else
      return found<next, planned<next.trial>().fits>();
  }

  static constexpr const auto& chosen() {
    if constexpr (planned<Resort{}>().fits)
      return planned<Resort{}>();
    else
      return found<ResortSearch{}, false>();
  }

 public:
  static constexpr const auto& result = chosen();
};

}  // namespace incuse::max7800x
