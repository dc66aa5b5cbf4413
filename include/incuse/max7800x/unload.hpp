// Output of a network: where a program finds it, in the order in which it is stored.
// Spec: max7800x-memory, section 7; max7800x-registers, section 5.
#pragma once

#include <cstdint>

#include <incuse/max7800x/options.hpp>
#include <incuse/max7800x/plan/layout.hpp>
#include <incuse/max7800x/registers/group_registers.hpp>

namespace incuse::max7800x {

/// A piece of data memory that is unloaded instead of the outputs: `shape` in C x H x W, one byte per element.
struct UnloadRegion {
  ProcessorMap processors = 0;
  Shape shape{};
  int offset = 0;     ///< bytes, in every instance of the map
  int write_gap = 0;  ///< words left free between two words
};

/// The region as a tensor, split into passes of as many channels as it has processors.
constexpr TensorLayout layout_of(const UnloadRegion& region) {
  TensorLayout layout;
  layout.shape = region.shape;
  layout.processors = region.processors;
  layout.offset = region.offset;
  layout.passes = passes_of(region.shape.channels, max_of(1, bit_count(region.processors)));
  layout.gap = region.write_gap;
  return layout;
}

/// Addresses of the elements of one tensor, in the order in which they are stored: `sink(address)`. 8-bit: C x H x W.
/// 32-bit: for every pass and block of up to 4 channels, [pixel][channel].
template <class Sink>
constexpr void emit_unload(const TensorLayout& layout, const Device& device, Sink&& sink) {
  const int channels = layout.shape.channels, pixels = layout.shape.pixels();
  if (!layout.wide) {
    for (int channel = 0; channel < channels; ++channel)
      for (int pixel = 0; pixel < pixels; ++pixel) sink(element_address(device, layout, channel, pixel));
    return;
  }
  int first = 0;
  for (int pass = 0; pass < layout.passes.count; ++pass)
    for_each_block(layout.processors, [&](int block) {
      const int left = min_of(channels, (pass + 1) * layout.passes.channels) - first;
      const int lanes = min_of(bit_count(layout.processors >> block & 0xf), max_of(0, left));
      for (int pixel = 0; pixel < pixels; ++pixel)
        for (int lane = 0; lane < lanes; ++lane) sink(element_address(device, layout, first + lane, pixel));
      first += lanes;
    });
}

/// True if the outputs are stored byte by byte: one of them has 8 bits. Else they are stored in 32-bit words.
template <int N>
constexpr bool unloads_bytes(const Graph<N>& graph) {
  for (int layer : output_layers(graph))
    if (!graph[layer].wide) return true;
  return false;
}

/// Addresses of all outputs, one layer behind the other: `sink(address)` for every byte (see `unloads_bytes`) or word.
template <int N, class Sink>
constexpr void emit_unload(const Graph<N>& graph, const Plan<N>& plan, const Device& device, Sink&& sink) {
  const bool bytes = unloads_bytes(graph);
  for (int layer : output_layers(graph)) {
    const TensorLayout layout = output_layout(graph, plan, layer);
    emit_unload(layout, device, [&](std::uint32_t address) {
      for (std::uint32_t byte = 0; byte < (bytes && layout.wide ? 4u : 1u); ++byte) sink(address + byte);
    });
  }
}

// The byte swapper ("MLATOR") -----------------------------------------------------------------------------------------

/// Whether the byte swapper can deliver a layer's output: it turns four pixels of a channel into one word.
constexpr bool fits_mlator(const Layer& layer) {
  const int pixels = layer.out.pixels();
  return !layer.wide && pixels >= 4 && (pixels % 4 == 0 || layer.out.channels == 1);
}

/// One step of reading through the byte swapper: write a register, read the port and drop the value (prime), or read
/// `count` words of the port into the output buffer, from 32-bit word `index` on.
struct MlatorAccess {
  enum class Kind : unsigned char { write, prime, read };

  Kind kind = Kind::write;
  std::uint32_t address = 0;
  std::uint32_t value = 0;
  int index = 0;
  int count = 0;
};

/// How a program reads the outputs that fit through the byte swapper: `sink(MlatorAccess)`, in C x H x W order. Other
/// outputs are left out, but keep their space in the buffer; `emit_unload` tells where they lie. The vendor's program
/// starts at the first word of the group's memories, whatever the output's offset and instance; nothing is documented
/// that would tell how to do better, so this one does the same.
template <int N, class Sink>
constexpr void emit_mlator_unload(const Graph<N>& graph, const Plan<N>& plan, const Device& device,
                                  const Options& options, Sink&& sink) {
  using Kind = MlatorAccess::Kind;
  Word idle(device);
  idle.set(control::ready_selection, options.ready_selection).set(control::clock_enable, 1);
  int index = 0;
  for (int i = 0; i < graph.size; ++i) {
    const Layer& layer = graph[i];
    if (!layer.output) continue;
    const int words = ceil_div(layer.out.pixels(), 4);  // of one channel
    if (!fits_mlator(layer)) {
      index += ceil_div(layer.out.elements() * (layer.wide ? 4 : 1), 4);
      continue;
    }
    const TensorLayout layout = output_layout(graph, plan, i);
    for (int channel = 0; channel < layer.out.channels; ++channel) {
      const int pass = channel / layout.passes.channels;
      const int processor = layout.processor_of(channel % layout.passes.channels);
      const int group = processor / processors_per_group;
      const std::uint32_t control_address = device.group_register(group, GroupRegister::control);
      const std::uint32_t port = device.registers.address(group) + device.mlator_port;
      Word load = idle;
      load.set(control::mlator_load, 1).set(control::mlator_byte, processor % processors_per_instance);
      sink(MlatorAccess{Kind::write, device.layer_register(group, LayerRegister::write_pointer, 0), 0});
      sink(MlatorAccess{Kind::write, device.layer_register(group, LayerRegister::layer_control_2, 0),
                        static_cast<std::uint32_t>(pass)});
      sink(MlatorAccess{Kind::write, control_address, load.bits});
      sink(MlatorAccess{Kind::prime, port});
      sink(MlatorAccess{Kind::read, port, 0, index, words});
      sink(MlatorAccess{Kind::write, control_address, idle.bits});
      index += words;
    }
  }
}

}  // namespace incuse::max7800x
