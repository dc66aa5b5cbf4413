// Register writes of a planned network: initialisation, configuration, start and the interrupt handler.
// Source: register sheet (max7800x-registers); its section numbers stand beside the functions.
#pragma once

#include <cstdint>

#include <incuse/max7800x/registers/group_registers.hpp>
#include <incuse/max7800x/tables/layer_words.hpp>

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

/// Where the word lies that tells whether an early exit is taken: address for the processor …
constexpr std::uint32_t exit_address(const LayerPlan& placed, const Device& device) {
  return device.data_address(max_of(0, first_bit(placed.output_processors)), placed.out_offset & ~3);
}
/// … and pointer for the accelerator.
constexpr std::uint32_t exit_pointer(const LayerPlan& placed, const Device& device) {
  const int instance = max_of(0, first_bit(placed.output_processors)) / processors_per_instance;
  return static_cast<std::uint32_t>(placed.out_offset / 4 | instance << device.instance_pointer_shift);
}

/// Number of the layer of the hardware that an inference ends with.
template <int N>
constexpr int last_number(const Plan<N>& plan, const Device& device, const Options& options) {
  return device.counts_all_repetitions ? options.repetitions * plan.hardware_layers() - 1
                                       : options.repetitions * plan.number_of(plan.size - 1);
}

/// Word of the layer count register if the inference ends with layer number `last` of the hardware.
template <int N>
constexpr std::uint32_t layer_count_word(const Plan<N>& plan, const Device& device, int last) {
  return Word(device).set(layer_count::last, last).set(layer_count::first, plan.first_number).bits;
}

namespace detail {

template <int N>
constexpr bool any_streaming(const Graph<N>& graph) {
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].streaming) return true;
  return false;
}
template <int N>
constexpr bool any_binary(const Graph<N>& graph) {
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].binary_weights) return true;
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

/// Wait states of the accelerator: those that are asked for, or the part's own.
constexpr int ready_selection_of(const Device& device, const Options& options) {
  return options.ready_selection != 0 ? options.ready_selection : device.ready_selection;
}

/// True on a part that computes in stages, if it is told not to.
constexpr bool without_pipeline(const Device& device, const Options& options) {
  return device.has(Feature::pipeline) && options.no_pipeline;
}

/// Clears all registers, and the bias memories if there are biases. `stopped`: control register of a group that stands
/// still; `between()` is called behind the first writes.
template <int N, class Between, class Sink, class Unverified>
constexpr void emit_register_test(const Graph<N>& graph, const Plan<N>& plan, const Device& device,
                                  std::uint32_t stopped, Between&& between, Sink&& sink, Unverified&& unverified) {
  bool any_bias = false;
  for (int i = 0; i < graph.size; ++i) any_bias = any_bias || graph[i].bias;
  const RegisterTest& test = device.register_test;
  const auto every_group = [&](GroupRegister r, std::uint32_t value, Access access, std::uint32_t mask, auto&& out) {
    for_each_group(plan, [&](int g) { out(RegisterWrite{device.group_register(g, r), value, access, mask}); });
  };
  every_group(GroupRegister::control, stopped, Access::write, 0, unverified);
  between();
  every_group(GroupRegister::sram_control, device.sram_control, Access::write, 0, sink);
  every_group(GroupRegister::sram_test, any_bias ? test.start_with_bias : test.start, Access::write, 0, unverified);
  every_group(GroupRegister::sram_test, test.done, Access::wait, test.done, unverified);
  every_group(GroupRegister::sram_test, 0, Access::write, 0, unverified);
}

}  // namespace detail

/// Register accesses that bring the accelerator into a defined state (section 2): `sink(RegisterWrite)`.
template <int N, class Sink>
constexpr void emit_init(const Graph<N>& graph, const Plan<N>& plan, const Device& device, const Options& options,
                         Sink&& accesses) {
  const auto sink = detail::verified(options, accesses);
  const bool clears = device.register_test.start != 0;
  Word stopped(device);
  stopped.set_if_any(control::clock_enable, 1)
      .set(control::ready_selection, detail::ready_selection_of(device, options))
      .set_if(detail::without_pipeline(device, options), control::unpipelined);
  const RegisterWrite always_on{device.always_on_control,
                                static_cast<std::uint32_t>(options.always_on_ready_selection)};
  if (clears)
    detail::emit_register_test(
        graph, plan, device, stopped.bits, [&] { sink(always_on); }, sink, accesses);
  else if (device.always_on_control != 0)
    sink(always_on);
  stopped.set_if(options.uses_fifo(), control::fifo).set_if(loads_packed(device, options), control::express);
  const std::uint32_t layers = layer_count_word(plan, device, last_number(plan, device, options));
  for (int g = 0; g < groups && device.stops_unused_groups && options.write_zero_registers; ++g)
    if (!plan.uses_group(g)) sink(RegisterWrite{device.group_register(g, GroupRegister::control), 0});
  detail::for_each_group(plan, [&](int g) {
    sink(RegisterWrite{device.group_register(g, GroupRegister::control), stopped.bits});
    if (!clears) sink(RegisterWrite{device.group_register(g, GroupRegister::sram_control), device.sram_control});
    if (layers != 0 || options.write_zero_registers)
      sink(RegisterWrite{device.group_register(g, GroupRegister::layer_count), layers});
  });
  if (options.clear_memories && device.has(Feature::memory_tests)) detail::emit_memory_tests(device, accesses);
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
      .set_if_any(fifo_control::complete, 1)
      .set(fifo_control::enable, enabled);
  return word.bits;
}

/// A register word of the additional layer that resets the hardware in front of another layer (section 6): it passes
/// one pixel through, which no layer reads. `words`: those of the other layer.
constexpr std::uint32_t reset_word(const Device& device, LayerRegister r, const GroupWords& words) {
  Word word(device);
  switch (r) {
    case LayerRegister::rows:
    case LayerRegister::columns:
      return word.set(registers::Counts::distance, 1).bits;
    case LayerRegister::stride:
      return word.set(registers::Stride::words, 1).bits;
    case LayerRegister::write_pointer:
    case LayerRegister::write_time_slot_offset:
    case LayerRegister::read_pointer:
      return words[r].bits;
    case LayerRegister::layer_control:
      return word.set(registers::LayerControl::always, 1)
          .set(registers::LayerControl::maximum, 1)
          .set(registers::LayerControl::network_output, 1)
          .bits;
    case LayerRegister::one_dimensional:
      return word.set(registers::Mode::one_by_one, 1).bits;
    case LayerRegister::post_processing:
      return word.set(registers::PostProcessing::mode, 3).bits;
    case LayerRegister::enables:
      return word.set(registers::Enables::processors, 1).bits;
    default:
      return 0;
  }
}

/// The layers' registers, once; `first` is the number of the first layer in the hardware.
template <int N, class Sink>
constexpr void emit_layers(const Graph<N>& graph, const Plan<N>& plan, const Device& device, const Options& options,
                           int first, Sink&& sink) {
  for_each_layer_words(graph, plan, device, options, [&](int layer, int g, const GroupWords& words) {
    const int at = first + plan.number_of(layer);
    const bool resets = plan[layer].resets && g == plan.first_group();
    // The vendor's tool writes zeros to streaming registers that a layer does not have, and hits another layer's.
    for (const auto& [r, number] : device.layer_register_numbers)
      if (words.has(r) && (device.layers_with(number) > at || options.vendor_stream)) {
        const std::uint32_t reset = resets ? reset_word(device, r, words) : 0;
        if (reset != 0) sink(RegisterWrite{device.layer_register(g, number, at - 1), reset});
        if (words[r].bits != 0 || options.write_zero_registers)
          sink(RegisterWrite{device.layer_register(g, number, at), words[r].bits});
      }
    if (!options.uses_fifo() || layer > 0) return;
    Word frame(device);
    frame.set(input_frame_size::words, frame_words(graph[0], plan.input_format == DataFormat::chw));
    sink(RegisterWrite{device.group_register(g, GroupRegister::input_frame_size), frame.bits});
  });
}

/// Zeros for every register of the layers from `first` on: what the option clear_unused_layers asks for.
template <int N, class Sink>
constexpr void emit_unused_zeros(const Plan<N>& plan, const Device& device, int first, Sink&& sink) {
  for (int layer = first; layer < device.max_layers; ++layer)
    for_each_group(plan, [&](int g) {
      for (const auto& [r, number] : device.layer_register_numbers)
        if (device.has(r) && layer < device.layers_with(number))
          sink(RegisterWrite{device.layer_register(g, number, layer), 0});
    });
}

/// Zeros for every register of a layer, reserved ones included, in the order of their numbers.
template <int N, class Sink>
constexpr void emit_zeros(const Plan<N>& plan, const Device& device, int layer, Sink&& sink) {
  for_each_group(plan, [&](int g) {
    for (int number = 0; number <= device.last_layer_register; ++number)
      sink(RegisterWrite{device.layer_register(g, number, layer), 0});
  });
  if (layer >= device.max_streaming_layers) return;
  for_each_group(plan, [&](int g) {
    const LayerRegister streaming[] = {LayerRegister::stream_start, LayerRegister::stream_delta,
                                       LayerRegister::rollover};
    for (LayerRegister r : streaming)
      if (device.layer_register_numbers[r] > device.last_layer_register)
        sink(RegisterWrite{device.layer_register(g, r, layer), 0});
  });
}

/// What the vendor's tool writes where it is asked to clear unused layers: see ClearedLayers.
template <int N, class Sink>
constexpr void emit_vendor_zeros(const Plan<N>& plan, const Device& device, int repetitions, Sink&& sink) {
  const int layers = plan.hardware_layers();
  if (device.cleared_layers == ClearedLayers::last) return emit_zeros(plan, device, repetitions * layers - 1, sink);
  for (int repetition = 0; repetition < repetitions; ++repetition)
    for (int layer = layers; layer < device.max_layers; ++layer)
      for_each_group(plan, [&](int g) {
        for (const auto& [r, number] : device.layer_register_numbers)
          if (device.has(r)) sink(RegisterWrite{device.layer_register(g, number, repetition * layers + layer), 0});
      });
}

/// Whether a pointer for the accelerator leads to a word of the data memories.
constexpr bool is_data_word(const Device& device, std::uint32_t pointer) {
  const std::uint32_t instance = pointer >> device.instance_pointer_shift;
  const std::uint32_t word = pointer - (instance << device.instance_pointer_shift);
  return instance < static_cast<std::uint32_t>(instances) && word < static_cast<std::uint32_t>(device.data.entries);
}

/// The address register of a unit for conditional execution that looks at a word of the data memories.
constexpr std::uint32_t snoop_address_word(const Device& device, std::uint32_t pointer) {
  return Word(device).set(snoop_address::pointer, pointer).set(snoop_address::in_data_memory, 1).bits;
}

/// The control register of a unit that acts on a hit. `vendor_bits`: the register as the vendor's tests have it, of
/// which only the bits count that no public source explains.
constexpr Word snoop_control_word(const Device& device, std::uint32_t on_hit, std::uint32_t vendor_bits) {
  const Field& others = snoop_control::unexplained;
  return Word(device).set(snoop_control::on_hit, on_hit).set(others, others.of(vendor_bits, device));
}

/// The registers of the units for conditional execution: as the options give them, or one unit for each early exit,
/// which ends the inference as soon as the word that its last layer writes is 0. Of the control words the datapath
/// sheet explains bits 2:0 (section 8): on, and stop; the others are those of the vendor's tests that stop.
template <int N>
constexpr Snoop snoop_of(const Graph<N>& graph, const Plan<N>& plan, const Device& device, const Options& options) {
  Snoop snoop = options.snoop;
  if (!device.has(GroupRegister::snoop)) return {};
  const auto exits = exit_layers(graph);
  for (int k = 0; k < exits.size && k < snoop_units && !options.snoop.used; ++k) {
    snoop.used = true;
    const auto at = [&](SnoopRegister r) -> std::uint32_t& { return snoop.values[snoop_number(k, r)]; };
    at(SnoopRegister::address_1) = snoop_address_word(device, exit_pointer(plan[exits[k]], device));
    at(SnoopRegister::control_1) = snoop_control_word(device, snoop_control::stops, device.snoop_words.exit_control_1)
                                       .set(snoop_control::on, 1)
                                       .bits;
    at(SnoopRegister::control_2) = device.snoop_words.exit_control_2;
  }
  return snoop;
}

/// Writes the registers of the units for conditional execution (section 3.21). Zeros are left out unless asked for.
template <int N, class Sink>
constexpr void emit_snoop(const Plan<N>& plan, const Device& device, const Options& options, const Snoop& snoop,
                          Sink&& sink) {
  for_each_group(plan, [&](int g) {
    std::uint32_t address = device.group_register(g, GroupRegister::snoop);
    for (std::uint32_t value : snoop.values) {
      if (value != 0 || options.write_zero_registers) sink(RegisterWrite{address, value});
      address += 4;
    }
  });
}

template <int N, class Sink>
constexpr void emit_fifos(const Graph<N>& graph, const Plan<N>& plan, const Device& device, const Options& options,
                          Sink&& sink) {
  if (options.input_path == InputPath::fifo)
    sink(RegisterWrite{device.fifo_base, fifo_control_value(graph, plan, device, options)});
  if (!options.uses_fast_fifo()) return;
  // Interrupts stay off: a zero, written only on request.
  if (options.write_zero_registers) sink(RegisterWrite{device.fast_fifo_interrupts(), 0});
  sink(RegisterWrite{device.fast_fifo_base, Word(device).set(fast_fifo_control::almost_full, 10).bits});
}

}  // namespace detail

/// Register writes that describe the layers (section 3), layer by layer and group by group, then the FIFOs. Registers
/// are 0 after reset, so zeros are left out unless asked for: `clear_unused_layers` writes them to the layers behind
/// the last one, and with `vendor_stream` where the vendor's tool does.
template <int N, class Sink>
constexpr void emit_configure(const Graph<N>& graph, const Plan<N>& plan, const Device& device, const Options& options,
                              Sink&& accesses) {
  const auto sink = detail::verified(options, accesses);
  const int layers = plan.hardware_layers();
  for (int i = 0; i < options.repetitions; ++i) detail::emit_layers(graph, plan, device, options, i * layers, sink);
  if (options.clear_unused_layers && options.vendor_stream)
    detail::emit_vendor_zeros(plan, device, options.repetitions, sink);
  else if (options.clear_unused_layers)
    detail::emit_unused_zeros(plan, device, options.repetitions * layers, sink);
  const Snoop snoop = detail::snoop_of(graph, plan, device, options);
  if (snoop.used) detail::emit_snoop(plan, device, options, snoop, sink);
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

/// True if the last layer runs again and again until a unit for conditional execution has found what it looks for.
constexpr bool repeats_last_layer(const Device& device, const Options& options) {
  return device.has(GroupRegister::snoop) && options.asks_for(Feature::snooping);
}

/// What the control registers of all groups have in common when an inference starts.
template <int N>
constexpr Word start_word(const Graph<N>& graph, const Plan<N>& plan, const Device& device, const Options& options) {
  const bool streaming = any_streaming(graph);
  const bool keeps_wait_states = device.start_keeps_wait_states || !options.vendor_stream;
  Word common(device);
  common.set_if_any(control::clock_enable, 1)
      .set(control::ready_selection, keeps_wait_states ? ready_selection_of(device, options) : 0)
      .set_if(options.external_ready, control::external_ready)
      .set_if(without_pipeline(device, options), control::unpipelined)
      .set_if(device.has(Feature::single_steps) && options.asks_for(Feature::single_steps), control::single_steps)
      .set_if(device.binary_weights && any_binary(graph), control::binary)
      .set_if(loads_packed(device, options), control::express)
      .set_if(options.simple_1bit, control::simple_1bit)
      .set_if(snoop_of(graph, plan, device, options).used, control::snooping)
      .set_if(options.fans_out(), control::fan_out)
      .set_if(options.average_pool_rounding, control::pool_rounding)
      .set_if(streaming, control::streaming)
      .set_if(options.uses_fifo(), control::external_sync)
      .set_if(options.uses_fifo() && streaming, control::fifo_streaming);
  if (repeats_last_layer(device, options)) common.set(control::snooping, 1);
  if (graph[0].streaming && plan.input_format == DataFormat::chw) common.set_if_any(control::channels_first, 1);
  return common;
}

/// Lets the last layer repeat (section 4): the registers that the vendor's tool writes for it. No public source
/// explains their values.
template <int N, class Sink>
constexpr void emit_snoop_loop(const Graph<N>& graph, const Plan<N>& plan, const Device& device, const Options& options,
                               Sink&& sink) {
  const auto output = static_cast<std::uint32_t>(plan[graph.size - 1].out_offset / 4);
  const Word off = snoop_control_word(device, snoop_control::jumps, device.snoop_words.repeat_control_1);
  const Word on = Word(off).set(snoop_control::on, 1);
  for_each_group(plan, [&](int g) {
    const auto write = [&](SnoopRegister r, std::uint32_t value) {
      const std::uint32_t first = device.group_register(g, GroupRegister::snoop);
      sink(RegisterWrite{first + 4 * static_cast<std::uint32_t>(snoop_number(0, r)), value});
    };
    const Word repeat = Word(device).set(registers::NextLayer::jump, 1);
    sink(RegisterWrite{device.layer_register(g, LayerRegister::next_layer, plan.number_of(graph.size - 1)),
                       repeat.bits});
    write(SnoopRegister::hits, 0);
    write(SnoopRegister::address_1, snoop_address_word(device, output));
    write(SnoopRegister::count_1, without_pipeline(device, options) ? device.snoop_words.repeat_count_unpipelined
                                                                    : device.snoop_words.repeat_count);
    write(SnoopRegister::control_2, device.snoop_words.repeat_control_2);
    write(SnoopRegister::control_1, off.bits);
    write(SnoopRegister::control_1, on.bits);
  });
}

/// Switches the groups off that no layer uses.
template <int N, class Sink>
constexpr void emit_power_down(const Plan<N>& plan, const Device& device, const Options& options, Sink&& sink) {
  Word power(device);
  power.set(always_on::powered_down, ~plan.groups & ((1u << groups) - 1))
      .set(always_on::ready_selection, options.always_on_ready_selection);
  if (power.bits != 0 || options.write_zero_registers) sink(RegisterWrite{device.always_on_control, power.bits});
}

/// Overwrites the words that early exits are decided by: a 0 that an earlier inference left there would look like an
/// exit that is taken, before its condition is computed.
template <int N, class Sink>
constexpr void emit_exit_words(const Graph<N>& graph, const Plan<N>& plan, const Device& device, Sink&& sink) {
  if (!device.has(GroupRegister::snoop)) return;
  for (int exit : exit_layers(graph)) sink(RegisterWrite{exit_address(plan[exit], device), 1});
}

}  // namespace detail

/// Register writes that start an inference (section 4); the last one sets it going.
template <int N, class Sink>
constexpr void emit_start(const Graph<N>& graph, const Plan<N>& plan, const Device& device, const Options& options,
                          Sink&& accesses) {
  const auto sink = detail::verified(options, accesses);
  const bool loops = detail::repeats_last_layer(device, options);
  const Word common = detail::start_word(graph, plan, device, options);
  const int first = plan.first_group();
  detail::emit_exit_words(graph, plan, device, sink);
  const auto write_groups = [&](bool waits) {
    detail::for_each_group(plan, [&](int g) {
      Word waiting = common;
      waiting.set(control::master_group, first).set_if(waits, control::external_sync);
      waiting.set_if(waits && g != first, control::enable);
      detail::set_fifo_bits(waiting, plan, options, g);
      sink(RegisterWrite{device.group_register(g, GroupRegister::control), waiting.bits});
    });
  };
  write_groups(!loops);
  if (options.power_down_unused && device.has(Feature::power_down))
    detail::emit_power_down(plan, device, options, sink);
  if (loops) {
    detail::emit_snoop_loop(graph, plan, device, options, sink);
    write_groups(true);
  }
  Word master = common;
  master.set(control::enable, 1);
  if ((group_part(plan[0].input_map(), first) & 0xf) != 0) detail::set_fifo_bits(master, plan, options, first);
  // A short inference is complete before the register is read. The vendor's tool checks that bit all the same.
  const RegisterWrite start{device.group_register(first, GroupRegister::control), master.bits};
  const std::uint32_t kept = options.vendor_stream ? 0xffff'ffff : ~control::complete.mask(device);
  detail::write_verified(options, accesses, start, kept);
}

/// How often an inference has to be continued until layer `last` is complete: in single steps it stops after every
/// layer (run-time sheet, section 2).
template <int N>
constexpr int further_steps(const Plan<N>& plan, const Device& device, const Options& options, int last) {
  if (!device.has(Feature::single_steps) || !options.asks_for(Feature::single_steps)) return 0;
  const bool all = last == plan.size - 1;
  return (all ? last_number(plan, device, options) : plan.number_of(last)) - plan.first_number;
}

/// What the interrupt handler does when an inference is complete (run-time sheet, section 1), or in single steps a
/// layer.
template <int N, class Sink>
constexpr void emit_interrupt(const Graph<N>& graph, const Plan<N>& plan, const Device& device, const Options& options,
                              Sink&& sink) {
  const bool steps = device.has(Feature::single_steps) && options.asks_for(Feature::single_steps);
  std::uint32_t cleared = control::complete.mask(device) | (steps ? 0 : control::enable.mask(device));
  if (detail::any_streaming(graph)) cleared |= control::streaming.mask(device);
  detail::for_each_group(plan, [&](int g) {
    sink(RegisterWrite{device.group_register(g, GroupRegister::control), ~cleared, Access::keep_bits});
  });
}

/// The access with which a program waits for the end of an inference where no interrupt tells it.
template <int N>
constexpr RegisterWrite wait_access(const Plan<N>& plan, const Device& device) {
  const std::uint32_t complete = control::complete.mask(device);
  return {device.group_register(plan.first_group(), GroupRegister::control), complete, Access::wait, complete};
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
