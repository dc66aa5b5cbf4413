// From a network to its plan, with everything that has to be decided in between: the network is arranged for the chip,
// and where its tensors do not fit, the first layers stream. Spec: max7800x-placement, sections 3, 4 and 8.
#pragma once

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

/// The network with its layers streaming only if the author says so: the first attempt of `arrange_and_plan`. Without a
/// plan if the numbers of the network make no sense, or if it has too many layers.
template <int Capacity, int N>
constexpr PlannedNetwork<Capacity> plan_as_it_is(const Graph<N>& graph, const Device& device, const Options& options) {
  PlannedNetwork<Capacity> result{arrange<Capacity>(graph, options), options};
  if (!plannable(result.graph, device)) return result;
  result.plan = plan(result.graph, device, options);
  result.fits = detail::fits_memories(result.graph, result.plan);
  return result;
}

/// The network with the first `layers` layers streaming, their input coming from FIFOs.
template <int N>
constexpr PlannedNetwork<N> plan_streaming(const PlannedNetwork<N>& planned, int layers, const Device& device) {
  PlannedNetwork<N> result = planned;
  if (!result.options.uses_fifo()) result.options.input_path = InputPath::fifo;
  for (int i = 0; i < layers; ++i) result.graph[i].streaming = true;
  result.plan = plan(result.graph, device, result.options);
  result.fits = detail::fits_memories(result.graph, result.plan);
  return result;
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
  const PlannedNetwork<Capacity> whole = plan_as_it_is<Capacity>(graph, device, options);
  for (int count = 0; !whole.fits;) {
    count = next_streaming_count(whole, device, count);
    if (count == 0) break;
    const PlannedNetwork<Capacity> streaming = plan_streaming(whole, count, device);
    if (streaming.fits) return streaming;
  }
  return whole;
}
/// The same for a graph that is read at run time.
constexpr PlannedNetwork<most_layers> arrange_and_plan(const Graph<most_layers>& graph, const Device& device,
                                                       const Options& options = {}) {
  return arrange_and_plan<most_layers, most_layers>(graph, device, options);
}

/// The same at compile time: in several evaluations, since compilers limit a single one, and with a capacity that is
/// exactly enough.
template <const auto& graph, const Device& Chip, const Options& options>
struct CompiledPlan {
 private:
  static constexpr int capacity = arranged_size(graph, options);
  static constexpr auto whole = plan_as_it_is<capacity>(graph, Chip, options);

  template <int Count>
  static constexpr auto streaming = plan_streaming(whole, Count, Chip);

  template <int Tried>
  static constexpr const PlannedNetwork<capacity>& first_that_fits() {
    constexpr int next = next_streaming_count(whole, Chip, Tried);
    if constexpr (next == 0)
      return whole;
    else if constexpr (streaming<next>.fits)
      return streaming<next>;
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
