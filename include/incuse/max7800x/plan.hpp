// Plan: where every tensor, weight and bias lies, and how layers are split into passes.
// Spec: max7800x-memory (sections 1, 5, 6), max7800x-placement, max7800x-network-description (section 4).
#pragma once

#include <incuse/max7800x/columns.hpp>
#include <incuse/max7800x/device.hpp>
#include <incuse/model/shapes.hpp>

namespace incuse::max7800x {

/// Channels beyond 64 are handled in passes. All but the last pass have `channels` channels.
struct Passes {
  int count = 1;
  int channels = 0;  ///< per pass: the processors that a tensor occupies
};

constexpr Passes passes_of(int channels) {
  Passes p;
  p.count = max_of(1, ceil_div(channels, all_processors));
  p.channels = ceil_div(channels, p.count);
  if (channels > all_processors) p.channels = min_of(round_up(p.channels, 4), all_processors);
  return p;
}

/// What the plan says about one layer. Offsets are bytes within a data memory instance.
struct LayerPlan {
  ProcessorMap processors = 0;         ///< that read the input
  ProcessorMap output_processors = 0;  ///< whose memories receive the output
  int in_offset = 0;
  int out_offset = 0;
  int write_gap = 0;
  Passes in{};
  Passes out{};
  KernelColumns kernels{};             ///< weight memory: the same columns in every processor
  int bias_group = -1;                 ///< -1: no bias
  int bias_offset = -1;                ///< first value in the group's bias memory; -1 although biased: no space
};

template <int N>
struct Plan {
  DataFormat input_format = DataFormat::hwc;
  unsigned groups = 0;             ///< groups in use, one bit each
  LayerPlan layers[N > 0 ? N : 1]{};
  int size = 0;
  int bias_fill[max7800x::groups]{};  ///< bias values in each group

  constexpr const LayerPlan& operator[](int i) const { return layers[i]; }
  constexpr LayerPlan& operator[](int i) { return layers[i]; }
  constexpr bool uses_group(int group) const { return (groups >> group & 1u) != 0; }
  /// The group that leads the others: its registers also tell which other groups deliver input.
  constexpr int first_group() const { return first_bit(groups); }
};

/// The 16 processors of one group.
constexpr unsigned group_part(ProcessorMap map, int group) {
  return static_cast<unsigned>(map >> (processors_per_group * group) & 0xffff);
}

constexpr unsigned groups_of(ProcessorMap map) {
  unsigned used = 0;
  for (int g = 0; g < groups; ++g)
    if (group_part(map, g) != 0) used |= 1u << g;
  return used;
}

/// Lanes of the first 4-processor block that lie below the first output processor.
constexpr int start_lane(ProcessorMap output_processors) {
  return output_processors == 0 ? 0 : first_bit(output_processors) % processors_per_instance;
}

/// Number of 4-channel data memory instances that a map touches.
constexpr int blocks_of(ProcessorMap map) {
  int count = 0;
  for (; map != 0; map >>= processors_per_instance)
    if ((map & 0xf) != 0) ++count;
  return count;
}

// Bytes per instance ------------------------------------------------------------------------------------------------

/// Bytes of a layer's input in each instance (placement sheet, section 5).
constexpr int input_bytes(const Layer& layer, const LayerPlan& plan, bool channels_first) {
  return channels_first ? layer.in.pixels() : 4 * layer.in.pixels() * plan.in.count * layer.operands;
}

/// Bytes of a layer's output in each instance, without write gaps.
constexpr int output_bytes(const Layer& layer, const LayerPlan& plan) {
  return 4 * layer.out.pixels() * plan.out.count * (layer.wide ? 4 : 1);
}

// Placement by hand -------------------------------------------------------------------------------------------------

/// Fills in what the author left out, by the conventions of the vendor's descriptions: a layer writes where the next one
/// reads, reads where the previous one wrote, and the last output starts at processor 0.
template <int N>
constexpr void place_by_hand(const Graph<N>& graph, Plan<N>& plan) {
  for (int i = 0; i < graph.size; ++i) {
    const Placement& hand = graph[i].placement;
    LayerPlan& layer = plan[i];
    layer.processors = hand.processors;
    layer.write_gap = hand.write_gap;
    if (hand.output_processors != 0)
      layer.output_processors = hand.output_processors;
    else if (i + 1 < graph.size)
      layer.output_processors = graph[i + 1].placement.processors;
    else
      layer.output_processors = processor_range(0, layer.out.channels);
    layer.out_offset = hand.out_offset == Placement::not_given ? 0 : hand.out_offset;
    if (hand.in_offset != Placement::not_given)
      layer.in_offset = hand.in_offset;
    else
      layer.in_offset = i == 0 ? 0 : plan[i - 1].out_offset;
  }
  if (graph.input_offset != Placement::not_given) plan[0].in_offset = graph.input_offset;
  plan.input_format = graph.input_format == DataFormat::automatic ? DataFormat::hwc : graph.input_format;
}

// Weight memory -----------------------------------------------------------------------------------------------------

/// Columns that earlier layers occupy in any processor of `map`.
template <int N>
constexpr ColumnSet occupied_columns(const Plan<N>& plan, int before, ProcessorMap map) {
  ColumnSet occupied{};
  for (int i = 0; i < before; ++i)
    if ((plan[i].processors & map) != 0 && plan[i].kernels.owned) occupied.add(plan[i].kernels.written);
  return occupied;
}

/// First fit, layer by layer; identical weights on the same processors are stored once (memory sheet, sections 5.3, 5.8).
/// A layer that does not fit keeps its length and gets offset -1.
template <int N>
constexpr void allocate_columns(const Graph<N>& graph, const Device& device, Plan<N>& plan) {
  for (int i = 0; i < graph.size; ++i) {
    const Layer& layer = graph[i];
    if (!layer.weighted()) continue;
    LayerPlan& placed = plan[i];
    const int twin = layer.same_weights_as;
    if (twin >= 0 && plan[twin].processors == placed.processors) {
      placed.kernels = plan[twin].kernels;
      placed.kernels.owned = false;
      continue;
    }
    const KernelShape shape = kernel_shape(layer, placed.in.count, placed.in.channels, placed.out.count,
                                           placed.out.channels, placed.output_processors);
    placed.kernels = kernel_columns(shape);
    const ColumnSet occupied = occupied_columns(plan, i, placed.processors);
    placed.kernels.place(occupied.first_gap(placed.kernels.length, device.weight_columns));
  }
}

// Bias memory -------------------------------------------------------------------------------------------------------

/// Values of a layer in the bias memory: fillers below the first output lane, then one value per output channel.
constexpr int bias_fillers(const LayerPlan& plan) { return start_lane(plan.output_processors) * plan.out.count; }
constexpr int bias_length(const Layer& layer, const LayerPlan& plan) { return layer.out.channels + bias_fillers(plan); }

/// Layers with little choice come first: flatten layers, then those tied to one group, then by length.
constexpr int bias_priority(const Layer& layer, const LayerPlan& plan, unsigned allowed, const Device& device) {
  if (layer.flatten) return -1;
  if (bit_count(allowed) == 1) return 0;
  return device.bias_values - bias_length(layer, plan);
}

/// Every biased layer takes the allowed group that is least full (memory sheet, section 6.1).
template <int N>
constexpr void allocate_bias(const Graph<N>& graph, const Device& device, Plan<N>& plan) {
  bool waiting[N > 0 ? N : 1]{};
  for (int i = 0; i < graph.size; ++i) waiting[i] = graph[i].bias && graph[i].same_bias_as < 0;
  const auto allowed_groups = [&](int i) {
    const unsigned chosen = graph[i].placement.bias_groups;
    return chosen == 0 ? plan.groups : chosen;
  };
  for (;;) {
    int next = -1;
    for (int i = 0; i < graph.size; ++i)
      if (waiting[i] && (next < 0 || bias_priority(graph[i], plan[i], allowed_groups(i), device) <
                                         bias_priority(graph[next], plan[next], allowed_groups(next), device)))
        next = i;
    if (next < 0) break;
    waiting[next] = false;
    int best = -1;
    for (int g = 0; g < groups; ++g)
      if ((allowed_groups(next) >> g & 1u) != 0 && (best < 0 || plan.bias_fill[g] < plan.bias_fill[best])) best = g;
    if (best < 0) continue;
    plan[next].bias_group = best;
    const int length = bias_length(graph[next], plan[next]);
    if (plan.bias_fill[best] + length > device.bias_values) continue;
    plan[next].bias_offset = plan.bias_fill[best];
    plan.bias_fill[best] += length;
  }
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].bias && graph[i].same_bias_as >= 0) {
      plan[i].bias_group = plan[graph[i].same_bias_as].bias_group;
      plan[i].bias_offset = plan[graph[i].same_bias_as].bias_offset;
    }
}

// The stage ---------------------------------------------------------------------------------------------------------

template <int N>
constexpr void split_into_passes(const Graph<N>& graph, Plan<N>& plan) {
  plan.size = graph.size;
  for (int i = 0; i < graph.size; ++i) {
    plan[i].in = passes_of(graph[i].in.channels);
    plan[i].out = passes_of(graph[i].out.channels);
  }
}

/// Everything that follows from the placement of the tensors.
template <int N>
constexpr void complete(const Graph<N>& graph, const Device& device, Plan<N>& plan) {
  plan.groups = 0;
  for (int i = 0; i < graph.size; ++i) plan.groups |= groups_of(plan[i].processors);
  if (graph.size > 0) plan.groups |= groups_of(plan[graph.size - 1].output_processors);
  allocate_columns(graph, device, plan);
  allocate_bias(graph, device, plan);
}

}  // namespace incuse::max7800x
