// The plan as a value: where every tensor, weight and bias lies, and how layers are split into passes.
// Spec: max7800x-memory (sections 1, 5, 6).
#pragma once

#include <incuse/max7800x/device.hpp>
#include <incuse/max7800x/plan/columns.hpp>
#include <incuse/max7800x/plan/passes.hpp>
#include <incuse/model/shapes.hpp>

namespace incuse::max7800x {

/// Registers count words: the two lowest bits of an offset are lost.
constexpr int word_aligned(int offset) { return offset - offset % 4; }

/// What the plan says about one layer. Offsets are bytes within a data memory instance.
struct LayerPlan {
  ProcessorMap processors = 0;         ///< that read the input
  ProcessorMap output_processors = 0;  ///< whose memories receive the output
  int in_offset = 0;
  int out_offset = 0;
  int write_gap = 0;
  int read_gap = 0;
  bool parallel_outputs = false;  ///< four output channels at a time
  bool reads_ahead = false;
  bool counts_in_fours = false;  ///< passes
  bool resets = false;           ///< a layer of its own in the hardware resets it before it starts
  Passes in{};
  Passes out{};
  KernelColumns kernels{};      ///< weight memory: the same columns in every processor
  int bias_group = -1;          ///< -1: no bias
  int bias_offset = -1;         ///< index of the first value in the group's bias memory; -1 with a bias: no space
  bool fans_out = false;        ///< all groups read the same input and produce the output channels in turn
  bool lanes_have_bias = true;  ///< unused lanes in front of the output have values in the bias memory
  OutputHoles holes{};          ///< words that stay free in the output
  bool skips_bias = false;      ///< the hardware does not use the first value of the bias
  bool bias_in_all = false;     ///< all groups have biases: with fan-out, and in depth-wise layers
  int bias_offset_in[groups]{-1, -1, -1, -1};  ///< in this case: `bias_offset` in each group

  /// Processors that the input is delivered to: with fan-out those of the first group.
  constexpr ProcessorMap input_map() const { return fans_out ? processors & 0xffff : processors; }
  /// Index of the layer's first value in a group's bias memory; -1: there is none.
  constexpr int bias_in(int group) const {
    return bias_in_all ? bias_offset_in[group] : bias_group == group ? bias_offset : -1;
  }
  /// A depth-wise layer whose outputs stay in the memories of the processors that compute them.
  constexpr bool in_place() const { return processors == output_processors; }
};

/// Where the rolling buffer lies: row after row, in the words of its passes.
struct BufferPlan {
  ProcessorMap processors = 0;
  int offset = 0;  ///< bytes within a data memory instance
  Passes passes{};

  constexpr int offset_of(int row) const { return offset + 4 * passes.count * row; }
};

/// The first row of the rolling buffer that a layer writes.
template <int N>
constexpr int first_buffer_row(const Graph<N>& graph, int index) {
  return graph[index].buffer_shift != 0 ? 0 : graph.buffer.rows - graph[index].buffer_insert;
}

/// What the planner decides about a network: its layers in order, and what they share.
template <int N>
struct Plan {
  DataFormat input_format = DataFormat::hwc;
  unsigned groups = 0;           ///< groups in use, one bit each
  bool in_place = false;         ///< outputs may overwrite inputs that were read, as with the option overlap_data
  bool vendor_stream = false;    ///< the option vendor_stream
  bool own_groups_bias = false;  ///< layers read biases from groups of their own only
  bool fits_data_memory = true;  ///< placed automatically: false if tensors leave their data memory instances
  int peak_bytes = 0;            ///< placed automatically: end of the highest tensor in its instances
  BufferPlan buffer{};
  LayerPlan layers[at_least_one(N)]{};
  int size = 0;
  int first_number = 0;               ///< of the first layer in the hardware
  int bias_fill[max7800x::groups]{};  ///< bias values in each group

  constexpr const LayerPlan& operator[](int i) const { return layers[INCUSE_INDEX_BELOW(i, N)]; }
  constexpr LayerPlan& operator[](int i) { return layers[INCUSE_INDEX_BELOW(i, N)]; }
  /// Layers of the hardware, up to the last one that is used.
  constexpr int hardware_layers() const { return number_of(size - 1) + 1; }
  /// Number that a layer has in the hardware.
  constexpr int number_of(int layer) const {
    int number = first_number + layer;
    for (int i = 0; i <= layer; ++i) number += layers[i].resets ? 1 : 0;
    return number;
  }
  constexpr bool uses_group(int group) const { return (groups >> group & 1u) != 0; }
  /// The group that leads the others: its registers also tell which other groups deliver input.
  constexpr int first_group() const { return first_bit(groups); }
};

/// The 16 processors of one group.
constexpr unsigned group_part(ProcessorMap map, int group) {
  return static_cast<unsigned>(map >> (processors_per_group * group) & 0xffff);
}

/// Groups that a map touches, one bit each.
constexpr unsigned groups_of(ProcessorMap map) {
  unsigned used = 0;
  for (int g = 0; g < groups; ++g)
    if (group_part(map, g) != 0) used |= 1u << g;
  return used;
}

/// Index of a processor among the processors of a map: the channel of every pass that it works on.
constexpr int channel_of(ProcessorMap map, int processor) {
  return bit_count(map & ((ProcessorMap{1} << processor) - 1));
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

// Bytes per instance --------------------------------------------------------------------------------------------------

/// Bytes of a layer's input in each instance (placement sheet, section 5).
constexpr int input_bytes(const Layer& layer, const LayerPlan& plan, bool channels_first) {
  return channels_first ? layer.in.pixels() : 4 * layer.in.pixels() * plan.in.count * layer.operands;
}

/// Bytes of a layer's output in each instance, without write gaps.
constexpr int output_bytes(const Layer& layer, const LayerPlan& plan) {
  return 4 * layer.out.pixels() * plan.out.count * (layer.wide ? 4 : 1);
}

}  // namespace incuse::max7800x
