// Input of a network: the words that go into the data memories. Spec: max7800x-memory, section 2.
#pragma once

#include <cstdint>

#include <incuse/max7800x/options.hpp>
#include <incuse/max7800x/plan/layout.hpp>

namespace incuse::max7800x {

namespace detail {

/// The four processors of a block: which of them read, and the channel of the first of these in every pass.
struct BlockLanes {
  unsigned map;
  int first_channel;
};
constexpr BlockLanes lanes_of(const TensorLayout& layout, int block) {
  return {static_cast<unsigned>(layout.processors >> block & 0xf), channel_of(layout.processors, block)};
}

/// One HWC word: the four lanes of a block for one pixel, pass and operand. Lanes without a channel are 0.
template <class Values>
constexpr std::uint32_t packed_lanes(const TensorLayout& layout, Values&& values, BlockLanes lanes, int pixel, int pass,
                                     int operand) {
  const int channels = layout.shape.channels / layout.operands;
  int channel = pass * layout.passes.channels + lanes.first_channel;
  std::uint32_t word = 0;
  for (int lane = 0; lane < processors_per_instance; ++lane) {
    if ((lanes.map >> lane & 1) == 0) continue;
    if (channel < channels) {
      const int index = (operand * channels + channel) * layout.shape.pixels() + pixel;
      word |= (static_cast<std::uint32_t>(values(index)) & 0xff) << 8 * lane;
    }
    ++channel;
  }
  return word;
}

/// One CHW word: four pixels of one channel. Pixels beyond the end are 0.
template <class Values>
constexpr std::uint32_t packed_pixels(const TensorLayout& layout, Values&& values, int channel, int word_number) {
  std::uint32_t word = 0;
  for (int i = 0; i < 4; ++i) {
    const int pixel = 4 * word_number + i;
    if (pixel >= layout.shape.pixels()) break;
    word |= (static_cast<std::uint32_t>(values(channel * layout.shape.pixels() + pixel)) & 0xff) << 8 * i;
  }
  return word;
}

}  // namespace detail

/// Packs an input into the words of the data memories. `values(i)` is element i in C x H x W order, -128…127.
/// For every instance in ascending order the sink gets `region(address, words)` and then that many times `word(value)`,
/// for ascending addresses.
template <class Values, class Sink>
constexpr void emit_input(const TensorLayout& layout, const Device& device, Values&& values, Sink&& sink) {
  if (layout.channels_first) {
    for (int channel = 0; channel < layout.shape.channels; ++channel) {
      sink.region(device.data_address(layout.processor_of(channel), layout.offset), layout.words());
      for (int i = 0; i < layout.words(); ++i) sink.word(detail::packed_pixels(layout, values, channel, i));
    }
    return;
  }
  for_each_block(layout.processors, [&](int block) {
    sink.region(device.data_address(block, layout.offset), layout.words());
    const detail::BlockLanes lanes = detail::lanes_of(layout, block);
    for (int pixel = 0; pixel < layout.shape.pixels(); ++pixel)
      for (int pass = 0; pass < layout.passes.count; ++pass)
        for (int operand = 0; operand < layout.operands; ++operand)
          sink.word(detail::packed_lanes(layout, values, lanes, pixel, pass, operand));
  });
}

/// The words that clear the rolling buffer, before the first inference or in order to forget; nothing if the network
/// has none. The same sink.
template <int N, class Sink>
constexpr void emit_cleared_buffer(const Graph<N>& graph, const Plan<N>& plan, const Device& device, Sink&& sink) {
  if (graph.buffer.exists())
    emit_input(
        buffer_layout(graph, plan), device, [](int) { return 0; }, sink);
}

/// Where the words of one FIFO go, and the bits that tell that it is full.
struct FifoPort {
  std::uint32_t data = 0;
  std::uint32_t status = 0;
  std::uint32_t full = 0;
};

/// The FIFO that a group reads its input from.
constexpr FifoPort fifo_port(const Device& device, const Options& options, int group) {
  if (options.uses_fast_fifo()) return {device.fast_fifo_data(), device.fast_fifo_status(), 2};
  return {device.fifo_data(group), device.fifo_status(), 1u << group};
}

/// Words that every FIFO gets.
constexpr int fifo_words(const TensorLayout& layout) {
  return layout.channels_first ? ceil_div(layout.shape.pixels(), 4) : layout.shape.pixels();
}

/// Word `index` of the FIFO of a group, the `number`-th of those that are in use. HWC: a pixel of the channels that the
/// group's first block reads; CHW: four pixels of one channel.
template <class Values>
constexpr std::uint32_t fifo_word(const TensorLayout& layout, Values&& values, int group, int number, int index) {
  return layout.channels_first
             ? detail::packed_pixels(layout, values, number, index)
             : detail::packed_lanes(layout, values, detail::lanes_of(layout, processors_per_group * group), index, 0,
                                    0);
}

/// Words of every FIFO that a program keeps: all of them, or those from which it synthesizes the rest.
constexpr int stored_fifo_words(const TensorLayout& layout, const Options& options) {
  return options.synthesized_words > 0 ? min_of(options.synthesized_words, fifo_words(layout)) : fifo_words(layout);
}

/// Element `index` (C x H x W, at most 4 channels) of an input that is synthesized from the first pixels of `values`:
/// the word of every further pixel is the one `synthesized_words` in front of it, plus `synthesized_step`.
/// Spec: max7800x-memory, section 3.
template <class Values>
constexpr int synthesized_value(Shape shape, const Options& options, Values&& values, int index) {
  const int pixels = shape.pixels(), pixel = index % pixels, first = pixel % options.synthesized_words;
  std::uint32_t word = 0;
  for (int c = 0; c < shape.channels; ++c)
    word |= (static_cast<std::uint32_t>(values(c * pixels + first)) & 0xff) << 8 * c;
  const int repetition = pixel / options.synthesized_words;
  word += static_cast<std::uint32_t>(repetition) * static_cast<std::uint32_t>(options.synthesized_step);
  const int value = static_cast<int>(word >> 8 * (index / pixels) & 0xff);
  return value < 128 ? value : value - 256;
}

namespace detail {

/// The vendor's words for an HWC input: every FIFO in use is taken for four channels, whichever processors read them.
template <class Values, class Sink>
constexpr void emit_vendor_fifo_input(const TensorLayout& layout, const Device& device, const Options& options,
                                      Values&& values, Sink&& sink) {
  const int channels = layout.shape.channels, pixels = layout.shape.pixels();
  for (int first = 0, group = 0; first < channels; first += processors_per_instance, ++group) {
    while (group < groups && (group_part(layout.processors, group) & 0xf) == 0) ++group;
    if (group == groups) return;
    sink.region(fifo_port(device, options, group).data, pixels);
    const unsigned lanes = group_part(layout.processors, group) & 0xf;
    for (int pixel = 0; pixel < pixels; ++pixel) {
      std::uint32_t word = 0;
      for (int lane = 0; lane < processors_per_instance && first + lane < channels; ++lane)
        if ((lanes >> lane & 1) != 0)
          word |= (static_cast<std::uint32_t>(values((first + lane) * pixels + pixel)) & 0xff) << 8 * lane;
      sink.word(word);
    }
  }
}

}  // namespace detail

/// Packs an input into the words that are pushed through the FIFOs: one FIFO per group that reads the input, each fed
/// from the group's first block (HWC) or first processor (CHW). The sink gets `region(address, words)` and the words of
/// each FIFO in turn; a driver pushes one word of every FIFO at a time. Spec: max7800x-memory, section 3.
template <class Values, class Sink>
constexpr void emit_fifo_input(const TensorLayout& layout, const Device& device, const Options& options,
                               Values&& values, Sink&& sink) {
  if (options.vendor_stream && !layout.channels_first)
    return detail::emit_vendor_fifo_input(layout, device, options, values, sink);
  int number = 0;
  for (int g = 0; g < groups; ++g) {
    if (group_part(layout.processors, g) == 0) continue;
    sink.region(fifo_port(device, options, g).data, fifo_words(layout));
    for (int i = 0; i < fifo_words(layout); ++i) sink.word(fifo_word(layout, values, g, number, i));
    ++number;
  }
}

}  // namespace incuse::max7800x
