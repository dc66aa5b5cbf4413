// Layout of tensors in the data memories: which byte holds which element. Spec: max7800x-memory, sections 1 and 2.
#pragma once

#include <cstdint>

#include <incuse/max7800x/plan/plan_types.hpp>

namespace incuse::max7800x {

/// Where the elements of one tensor lie. Channel k of a pass belongs to the k-th processor of the map; processor p is
/// byte lane p % 4 of instance p / 4. The words of all passes (and operands) of a pixel are neighbours.
struct TensorLayout {
  Shape shape{};  ///< all channels, of all operands
  ProcessorMap processors = 0;
  int offset = 0;  ///< bytes, in every instance of the map
  Passes passes{};
  int operands = 1;
  int gap = 0;                  ///< words left free between two words
  bool wide = false;            ///< 32 bits per element: a word for every lane
  bool channels_first = false;  ///< CHW: every channel is a plain sequence of bytes in an instance of its own
  OutputHoles holes{};          ///< further words that are left free, in a tensor of a single pass

  constexpr int words_per_element() const { return wide ? 4 : 1; }
  constexpr int blocks() const { return blocks_of(processors); }
  /// Words of the tensor in each instance.
  constexpr int words() const {
    return channels_first ? ceil_div(shape.pixels(), 4)
                          : shape.pixels() * passes.count * operands * words_per_element() * (gap + 1) +
                                ceil_div(shape.pixels(), holes.pixels) * holes.words;
  }
  /// Index of the word of lane 0 within the instance, from the tensor's offset on.
  constexpr int word_index(int pixel, int pass, int operand = 0) const {
    const int index = ((pixel * passes.count + pass) * operands + operand) * words_per_element() * (gap + 1);
    return holes.words == 0 ? index : index + (pixel / holes.pixels + 1) * holes.words;
  }
  /// Processor of the k-th channel of a pass.
  constexpr int processor_of(int k) const {
    ProcessorMap map = processors;
    for (; k > 0; --k) map &= map - 1;
    return first_bit(map);
  }
};

/// Address of one element: channel 0 … C-1 (operand by operand), pixel = row * width + column. For wide tensors the
/// address of its 32-bit word.
constexpr std::uint32_t element_address(const Device& device, const TensorLayout& layout, int channel, int pixel) {
  const int channels = layout.shape.channels / layout.operands;
  const int operand = channel / channels;
  const int pass = channel % channels / layout.passes.channels;
  const int processor = layout.processor_of(channel % channels % layout.passes.channels);
  if (layout.channels_first) return device.data_address(processor, layout.offset + pixel);
  const int lane = processor % processors_per_instance;
  return device.data_address(
      processor, layout.offset + 4 * layout.word_index(pixel, pass, operand) + lane * layout.words_per_element());
}

/// Layout of the network's input, as the first layer reads it: from whole words on, whatever the offset is.
template <int N>
constexpr TensorLayout input_layout(const Graph<N>& graph, const Plan<N>& plan) {
  const Layer& layer = graph[0];
  TensorLayout layout;
  layout.shape = {layer.in.channels * layer.operands, layer.in.height, layer.in.width};
  layout.processors = plan[0].input_map();
  layout.offset = word_aligned(plan[0].in_offset);
  layout.passes = plan[0].in;
  layout.operands = layer.operands;
  layout.channels_first = plan.input_format == DataFormat::chw;
  return layout;
}

/// Layout of a layer's output.
template <int N>
constexpr TensorLayout output_layout(const Graph<N>& graph, const Plan<N>& plan, int index) {
  TensorLayout layout;
  layout.shape = graph[index].out;
  layout.processors = plan[index].output_processors;
  layout.offset = plan[index].out_offset;
  layout.passes = plan[index].out;
  layout.gap = plan[index].write_gap;
  layout.holes = plan[index].holes;
  layout.wide = graph[index].wide;
  return layout;
}

/// Layout of the rolling buffer.
template <int N>
constexpr TensorLayout buffer_layout(const Graph<N>& graph, const Plan<N>& plan) {
  TensorLayout layout;
  layout.shape = graph.buffer.shape();
  layout.processors = plan.buffer.processors;
  layout.offset = plan.buffer.offset;
  layout.passes = plan.buffer.passes;
  return layout;
}

/// Calls `action(first)` for every 4-processor block of a map, `first` being the block's first processor, used or not.
template <class Action>
constexpr void for_each_block(ProcessorMap map, Action&& action) {
  for (int first = 0; first < all_processors; first += processors_per_instance)
    if ((map >> first & 0xf) != 0) action(first);
}

}  // namespace incuse::max7800x
