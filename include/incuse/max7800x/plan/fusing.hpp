// Fusing: where a network would have more layers than the chip, layers combine the operands themselves that
// element-wise layers in front of them would combine. Spec: max7800x-datapath, section 10; max7800x-placement,
// section 4.
#pragma once

#include <incuse/max7800x/plan/arrangement.hpp>

namespace incuse::max7800x {

namespace detail {

/// True if a layer only combines tensors: it has no other option, not even one that a rule would refuse.
template <int N>
constexpr bool only_combines(const Graph<N>& graph, int index) {
  const Layer& layer = graph[index];
  WrittenLayer plain;
  plain.name = layer.name;
  plain.weight_bits = layer.weight_bits;
  return layer.operands > 1 && layer.sources.size == layer.operands && !layer.reads_buffer() && layer.crop_top == 0 &&
         layer.groups == 1 && !layer.output && !layer.streaming && TrainedOptions{} == layer && plain == layer;
}

/// A layer that combines the operands of `combined` itself. If it pools, it does so after that.
constexpr Layer combining(Layer layer, const Layer& combined) {
  layer.sources = combined.sources;
  layer.operands = combined.operands;
  layer.elementwise = combined.elementwise;
  layer.pool_first = !layer.pools();
  return layer;
}

/// The chip a network is fused for.
struct FusingFor {
  const Device& device;
  int processors_per_pass;

  /// True if it can run the fused layer. If it cannot, rules would refuse a layer that the author has not written.
  constexpr bool computes(const Layer& layer) const {
    const long long passes = ceil_div(layer.in.channels, at_least_one(processors_per_pass));
    return device.has(Feature::elementwise) && !lacks_operand_bias(layer, device) &&
           !confuses_operand_rows(layer, passes, device);
  }
};

/// True if a layer that reads `combined` can combine the operands itself.
constexpr bool can_combine(const Layer& layer, const Layer& combined, const FusingFor& chip) {
  const Device& device = chip.device;
  const bool pools_last = !layer.pools() || (layer.pooling == Pooling::max && layer.in.channels <= all_processors &&
                                             combined.operands <= device.max_operands_pool_last);
  const bool suits = layer.op == Operator::conv2d || (layer.op == Operator::none && layer.pools());
  return suits && pools_last && layer.groups == 1 && layer.operands == 1 && layer.sources.size == 1 && !layer.flatten &&
         !layer.crops() && !layer.writes_buffer() && !layer.streaming && !layer.on_cpu && !layer.bypass &&
         layer.in == combined.out && !layer.placement.anything_given() && chip.computes(combining(layer, combined));
}

/// True if fusing an element-wise layer into its readers saves a layer: the element-wise layer itself, or, if one
/// reader combines its output with other tensors and still needs it, the copy that this reader would need.
template <int N>
constexpr bool saves_layer(const Graph<N>& graph, int index, const FusingFor& chip) {
  if (!only_combines(graph, index)) return false;
  int combining = 0, others = 0;
  for (int i = index + 1; i < graph.size; ++i) {
    if (!graph[i].sources.contains(index)) continue;
    if (can_combine(graph[i], graph[index], chip))
      ++others;
    else if (graph[i].operands > 1 && graph[i].sources.size == graph[i].operands)
      for (int source : graph[i].sources) combining += source == index ? 1 : 0;
    else
      return false;
  }
  return others > 0 && combining <= 1;
}

/// The network without a layer whose output no layer reads.
template <int N>
constexpr Graph<N> without_layer(Graph<N> graph, int index) {
  const auto move = [&](int& layer) { layer -= layer > index ? 1 : 0; };
  for (int i = 0; i < graph.size; ++i) {
    for (int k = 0; k < graph[i].sources.size; ++k) move(graph[i].sources[k]);
    move(graph[i].same_weights_as);
    move(graph[i].same_bias_as);
  }
  for (int i = index; i + 1 < graph.size; ++i) graph[i] = graph[i + 1];
  graph[--graph.size] = {};
  return graph;
}

/// The network whose readers of an element-wise layer do its work.
template <int N>
constexpr Graph<N> fused_behind(Graph<N> graph, int index, const FusingFor& chip) {
  const Layer combined = graph[index];
  bool needed = false;
  for (int i = index + 1; i < graph.size; ++i) {
    if (!graph[i].sources.contains(index)) continue;
    if (can_combine(graph[i], combined, chip))
      graph[i] = combining(graph[i], combined);
    else
      needed = true;
  }
  return needed ? graph : without_layer(graph, index);
}

template <int N>
constexpr bool is_too_long(const Graph<N>& graph, const Device& device, const Options& options) {
  return arranged_size(graph, options) > device.max_layers;
}

}  // namespace detail

/// True if a network, with its copies, has more layers than the chip, and may be changed.
template <int N>
constexpr bool wants_fewer_layers(const Graph<N>& graph, const Device& device, const Options& options) {
  if (!detail::can_be_arranged(graph) || !detail::is_too_long(graph, device, options)) return false;
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].placement.next != Placement::not_given || graph[i].placement.next_on_hit != Placement::not_given)
      return false;
  return true;
}

/// A network with inferred shapes, with as many layers fused as the chip's number of layers demands, or as is possible.
/// Results are those of the author's network, to whose layers `Layer::author_layer` refers.
template <int N>
constexpr Graph<N> with_fewer_layers(Graph<N> graph, const Device& device, const Options& options) {
  if (!wants_fewer_layers(graph, device, options)) return graph;
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].author_layer < 0) graph[i].author_layer = i;
  const detail::FusingFor chip{device, options.processors_per_pass};
  bool too_long = true;  // counted anew only where a layer less may have changed it: it takes compilers many steps
  for (int i = 0; i < graph.size && too_long; ++i) {
    if (!detail::saves_layer(graph, i, chip)) continue;
    graph = detail::fused_behind(graph, i, chip);
    too_long = detail::is_too_long(graph, device, options);
  }
  return graph;
}

}  // namespace incuse::max7800x
