// Register writes of a planned network: initialisation, configuration, start and the interrupt handler.
// Source: register sheet (max7800x-registers); its section numbers stand beside the functions.
#pragma once

#include <cstdint>

#include <incuse/max7800x/registers/group_registers.hpp>
#include <incuse/max7800x/tables/register_words.hpp>

namespace incuse::max7800x {

/// A write; a read-modify-write that sets bits or keeps only some; reading until the bits of `mask` are `value`;
/// reading once and giving up unless they are.
enum class Access : unsigned char { write, set_bits, keep_bits, wait, check };

/// One access to a register.
struct RegisterWrite {
  std::uint32_t address = 0;
  std::uint32_t value = 0;
  Access access = Access::write;
  std::uint32_t mask = 0;  ///< of `wait` and `check`

  friend constexpr bool operator==(const RegisterWrite&, const RegisterWrite&) = default;
};

namespace detail {

template <int N>
constexpr bool any_streaming(const Graph<N>& graph) {
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].streaming) return true;
  return false;
}

/// Clears all memories of all groups, used or not, with the built-in test.
template <class Sink>
constexpr void emit_memory_tests(const Device& device, Sink&& sink) {
  for (const MemoryTest& test : device.memory_tests) {
    const auto every_group = [&](std::uint32_t value, Access access, std::uint32_t mask) {
      for (int g = 0; g < groups; ++g)
        sink(RegisterWrite{device.group_register(g, GroupRegister::sram_test), value, access, mask});
    };
    every_group(test.start, Access::write, 0);
    every_group(test.done, Access::wait, test.done);
    every_group(0, Access::check, test.error);
    every_group(0, Access::write, 0);
  }
}

}  // namespace detail

namespace detail {

/// Passes a write on; if writes are to be verified, it is followed by a check of those bits of the register that the
/// accelerator does not set by itself.
template <class Sink>
constexpr void write_verified(const Options& options, Sink& sink, const RegisterWrite& write, std::uint32_t kept) {
  sink(write);
  if (options.verify_writes && write.access == Access::write)
    sink(RegisterWrite{write.address, write.value, Access::check, kept});
}
template <class Sink>
constexpr auto verified(const Options& options, Sink& sink) {
  return [&options, &sink](const RegisterWrite& write) { write_verified(options, sink, write, 0xffff'ffff); };
}

}  // namespace detail

/// Register accesses that bring the accelerator into a defined state (section 2): `sink(RegisterWrite)`.
template <int N, class Sink>
constexpr void emit_init(const Graph<N>& graph, const Plan<N>& plan, const Device& device, const Options& options,
                         Sink&& accesses) {
  const auto sink = detail::verified(options, accesses);
  Word stopped(device);
  stopped.set(control::clock_enable, 1)
      .set(control::ready_selection, options.ready_selection)
      .set_if(options.uses_fifo(), control::fifo)
      .set_if(options.express_weights, control::express);
  const auto last_layer = static_cast<std::uint32_t>(options.repetitions * (graph.size - 1));
  sink(RegisterWrite{device.always_on_control, static_cast<std::uint32_t>(options.always_on_ready_selection)});
  detail::for_each_group(plan, [&](int g) {
    sink(RegisterWrite{device.group_register(g, GroupRegister::control), stopped.bits});
    sink(RegisterWrite{device.group_register(g, GroupRegister::sram_control), device.sram_control});
    if (last_layer != 0 || options.write_zero_registers)
      sink(RegisterWrite{device.group_register(g, GroupRegister::layer_count), last_layer});
  });
  if (options.clear_memories) detail::emit_memory_tests(device, accesses);
}

namespace detail {

/// FIFO f carries what the processors from 16 f on read (section 3.22). The vendor's tool enables one for each of the
/// first channels, if the group's first processor reads.
template <int N>
constexpr std::uint32_t fifo_control_value(const Graph<N>& graph, const Plan<N>& plan, const Device& device,
                                           const Options& options) {
  unsigned enabled = 0;
  for (int g = 0; g < groups; ++g) {
    const unsigned readers = group_part(plan[0].processors, g);
    const bool vendor_enables = g < graph[0].in.channels && (readers & 1u) != 0;
    if (options.vendor_stream ? vendor_enables : readers != 0) enabled |= 1u << g;
  }
  Word word(device);
  word.set(fifo_control::ready_selection, options.fifo_ready_selection)
      .set(fifo_control::almost_empty, 2)
      .set(fifo_control::almost_full, 2)
      .set(fifo_control::complete, 1)
      .set(fifo_control::enable, enabled);
  return word.bits;
}

}  // namespace detail

namespace detail {

/// The layers' registers, once; `first` is the number of the first layer in the hardware.
template <int N, class Sink>
constexpr void emit_layers(const Graph<N>& graph, const Plan<N>& plan, const Device& device, const Options& options,
                           int first, Sink&& sink) {
  for_each_layer_words(graph, plan, device, options, [&](int layer, int g, const GroupWords& words) {
    for (const auto& [r, number] : device.layer_register_numbers)
      if (words.has(r) && (words[r].bits != 0 || options.write_zero_registers))
        sink(RegisterWrite{device.layer_register(g, number, first + layer), words[r].bits});
    if (!options.uses_fifo() || layer > 0) return;
    Word frame(device);
    frame.set(input_frame_size::words, frame_words(graph[0], plan.input_format == DataFormat::chw));
    sink(RegisterWrite{device.group_register(g, GroupRegister::input_frame_size), frame.bits});
  });
}

/// Zeros for every register of a layer, reserved ones included, in the order of their numbers.
template <int N, class Sink>
constexpr void emit_zeros(const Plan<N>& plan, const Device& device, int layer, Sink&& sink) {
  for_each_group(plan, [&](int g) {
    for (int number = 0; number <= device.last_layer_register; ++number)
      sink(RegisterWrite{device.layer_register(g, number, layer), 0});
  });
}

template <int N, class Sink>
constexpr void emit_fifos(const Graph<N>& graph, const Plan<N>& plan, const Device& device, const Options& options,
                          Sink&& sink) {
  if (options.input_path == InputPath::fifo)
    sink(RegisterWrite{device.fifo_base, fifo_control_value(graph, plan, device, options)});
  if (!options.uses_fast_fifo()) return;
  // Interrupts stay off: a zero, written only on request.
  if (options.write_zero_registers) sink(RegisterWrite{device.fast_fifo_base + 8, 0});
  sink(RegisterWrite{device.fast_fifo_base, Word(device).set(fast_fifo_control::almost_full, 10).bits});
}

}  // namespace detail

/// Register writes that describe the layers (section 3), layer by layer and group by group, then the FIFOs. Registers
/// are 0 after reset, so zeros are left out unless asked for. `clear_last_layer` is what the vendor's option to clear
/// unused layers does: it clears the last one that was configured. It is there to reproduce the vendor's tables.
template <int N, class Sink>
constexpr void emit_configure(const Graph<N>& graph, const Plan<N>& plan, const Device& device, const Options& options,
                              Sink&& accesses) {
  const auto sink = detail::verified(options, accesses);
  for (int i = 0; i < options.repetitions; ++i) detail::emit_layers(graph, plan, device, options, i * graph.size, sink);
  if (options.clear_last_layer) detail::emit_zeros(plan, device, options.repetitions * graph.size - 1, sink);
  detail::emit_fifos(graph, plan, device, options, sink);
}

namespace detail {

/// Bits of the control register that a group gets for its own FIFO (section 4).
template <int N>
constexpr void set_fifo_bits(Word& word, const Plan<N>& plan, const Options& options, int group) {
  const ProcessorMap input = plan[0].input_map();
  if (!options.uses_fifo()) return;
  word.set(control::fifo, 1);
  if (!options.uses_fast_fifo() || (group_part(input, group) & 0xf) == 0) return;
  word.set(control::fast_fifo, 1).set_if(input == 1 || (input & 0xe) != 0, control::fifo_group);
}

}  // namespace detail

/// Register writes that start an inference (section 4); the last one sets it going.
template <int N, class Sink>
constexpr void emit_start(const Graph<N>& graph, const Plan<N>& plan, const Device& device, const Options& options,
                          Sink&& accesses) {
  const auto sink = detail::verified(options, accesses);
  const bool streaming = detail::any_streaming(graph);
  Word common(device);
  common.set(control::clock_enable, 1)
      .set(control::ready_selection, options.ready_selection)
      .set_if(options.external_ready, control::external_ready)
      .set_if(options.express_weights, control::express)
      .set_if(options.simple_1bit, control::simple_1bit)
      .set_if(options.fans_out(), control::fan_out)
      .set_if(options.average_pool_rounding, control::pool_rounding)
      .set_if(streaming, control::streaming)
      .set_if(options.uses_fifo(), control::external_sync)
      .set_if(options.uses_fifo() && streaming, control::fifo_streaming);
  const int first = plan.first_group();
  detail::for_each_group(plan, [&](int g) {
    Word waiting = common;
    waiting.set(control::external_sync, 1).set(control::master_group, first).set_if(g != first, control::enable);
    detail::set_fifo_bits(waiting, plan, options, g);
    sink(RegisterWrite{device.group_register(g, GroupRegister::control), waiting.bits});
  });
  if (options.power_down_unused) {
    Word power(device);
    power.set(always_on::powered_down, ~plan.groups & ((1u << groups) - 1))
        .set(always_on::ready_selection, options.always_on_ready_selection);
    if (power.bits != 0 || options.write_zero_registers) sink(RegisterWrite{device.always_on_control, power.bits});
  }
  Word master = common;
  master.set(control::enable, 1);
  if ((group_part(plan[0].input_map(), first) & 0xf) != 0) detail::set_fifo_bits(master, plan, options, first);
  // A short inference is complete before the register is read. The vendor's tool checks that bit all the same.
  const RegisterWrite start{device.group_register(first, GroupRegister::control), master.bits};
  const std::uint32_t kept = options.vendor_stream ? 0xffff'ffff : ~control::complete.mask(device);
  detail::write_verified(options, accesses, start, kept);
}

/// What the interrupt handler does when an inference is complete (run-time sheet, section 1).
template <int N, class Sink>
constexpr void emit_interrupt(const Graph<N>& graph, const Plan<N>& plan, const Device& device, Sink&& sink) {
  std::uint32_t cleared = control::complete.mask(device) | control::enable.mask(device);
  if (detail::any_streaming(graph)) cleared |= control::streaming.mask(device);
  detail::for_each_group(plan, [&](int g) {
    sink(RegisterWrite{device.group_register(g, GroupRegister::control), ~cleared, Access::keep_bits});
  });
}

/// Continues a stopped inference.
template <int N>
constexpr RegisterWrite continue_write(const Plan<N>& plan, const Device& device) {
  return {device.group_register(plan.first_group(), GroupRegister::control), control::enable.mask(device),
          Access::set_bits};
}

/// Stops a running inference, to be continued.
template <int N>
constexpr RegisterWrite stop_write(const Plan<N>& plan, const Device& device) {
  return {device.group_register(plan.first_group(), GroupRegister::control), ~control::enable.mask(device),
          Access::keep_bits};
}

}  // namespace incuse::max7800x
