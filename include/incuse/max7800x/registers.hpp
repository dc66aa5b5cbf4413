// Register writes of a planned network: initialisation, configuration, start and the interrupt handler.
// Source: register sheet (max7800x-registers); its section numbers stand beside the functions.
#pragma once

#include <cstdint>

#include <incuse/max7800x/conversion.hpp>
#include <incuse/max7800x/fields.hpp>
#include <incuse/max7800x/options.hpp>
#include <incuse/max7800x/plan.hpp>
#include <incuse/max7800x/streaming.hpp>

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

/// What the registers of one layer are computed from.
template <int N>
struct RegisterInput {
  const Graph<N>& graph;
  const Plan<N>& plan;
  const Device& device;
  const Options& options;
  int index;
  const Layer& hardware;  ///< the layer as the hardware executes it
  bool local_output;      ///< see `writes_locally`

  constexpr const Layer& layer() const { return hardware; }
  constexpr const LayerPlan& placed() const { return plan[index]; }
  constexpr bool passes_through() const { return !layer().weighted(); }
  constexpr bool transposed() const { return layer().op == Operator::conv_transpose2d; }
  constexpr bool one_by_one() const {
    return (layer().op == Operator::conv2d || layer().op == Operator::linear) && layer().kernel.area() == 1;
  }
};

/// Several operands of several passes: the hardware counts the passes as rows (capability sheet, "emulation of
/// multi-pass element-wise with passthrough").
constexpr bool counts_passes_as_rows(const Layer& layer, const LayerPlan& placed) {
  const int operands = layer.operands, passes = placed.in.count;
  return !layer.weighted() && operands > 1 && passes > 1 && operands * passes != operands + passes;
}

/// Features that a flatten layer reads from each of its processors, less one.
constexpr int flatten_count(const Layer& layer, const LayerPlan& placed) {
  return layer.flatten ? placed.in.count * layer.pooled.pixels() - 1 : 0;
}

/// True if the output map of some group has uneven gaps: the vendor's tool then lets outputs be written group by group
/// (section 1, `local`). The hardware does not know of gaps: it computes kernels of zeros there.
constexpr bool writes_locally(const LayerPlan& placed, unsigned groups_in_use, bool passes_through) {
  for (int g = 0; g < groups; ++g) {
    if ((groups_in_use >> g & 1u) == 0) continue;
    unsigned map = group_part(placed.output_processors, g);
    if (bit_count(map) < 2) continue;
    map >>= first_bit(map);
    int smallest = 16, largest = 0;
    while (map > 1) {
      map >>= 1;
      const int gap = first_bit(map);
      smallest = min_of(smallest, gap);
      largest = max_of(largest, gap);
      map >>= gap;
    }
    if (smallest != largest || (largest > 0 && passes_through)) return true;
  }
  return false;
}

/// Number of 4-channel time slots that a pass-through layer needs for its processors, less one (section 1, `ts`).
template <int N>
constexpr int time_slots(const Graph<N>& graph, const Plan<N>& plan, int index) {
  if (graph[index].weighted()) return 0;
  int slots = 0;
  for (int g = 0; g < groups; ++g) {
    const int used = bit_count(group_part(plan[index].processors, g));
    if (used > 0) slots = max_of(slots, (used * (graph[index].wide ? 4 : 1) - 1) / 4);
  }
  return slots;
}

/// Entries of the row cache that a layer needs per pass (section 3.14, tmax).
constexpr int tram_entries(const Layer& layer) {
  if (!layer.weighted()) return 1;
  const int padding = hardware_padding(layer).width;
  const int width = layer.op == Operator::conv_transpose2d ? (layer.pooled.width - 1) * 2 + 1 + layer.output_padding
                                                           : layer.pooled.width;
  return max_of(0, width + 2 * padding - layer.kernel.width) + 1;
}

// Sections 3.2 and 3.3.
template <int N>
constexpr Extent counted_input(const RegisterInput<N>& in) {
  const Layer& layer = in.layer();
  if (layer.flatten) return layer.pool;
  if (in.transposed()) return {layer.stride.height * layer.in.height, layer.stride.width * layer.in.width};
  if (counts_passes_as_rows(layer, in.placed())) return {layer.in.height * in.placed().in.count, layer.in.width};
  return layer.in.extent();
}

constexpr Word count_word(int size, int padding) {
  Word word;
  word.set(rows_register::count, size - 1 + 2 * padding).set(rows_register::padding, padding);
  return word;
}

template <int N>
constexpr Word rows(const RegisterInput<N>& in) {
  return count_word(counted_input(in).height, hardware_padding(in.layer()).height);
}

template <int N>
constexpr Word columns(const RegisterInput<N>& in) {
  return count_word(counted_input(in).width, hardware_padding(in.layer()).width);
}

constexpr Word pooling_size(int size, int dilation) {
  Word word;
  word.set(pooling_register::size, (size - 1) * dilation);
  return word;
}

template <int N>
constexpr Word stride(const RegisterInput<N>& in) {
  const Layer& layer = in.layer();
  int step = 0;
  if (!in.transposed()) step = layer.pool_stride.height > 1 ? layer.pool_stride.height - 1 : layer.stride.height - 1;
  Word word;
  word.set(stride_register::step, step);
  return word;
}

// Sections 3.4 to 3.8.
template <int N>
constexpr Word write_pointer(const RegisterInput<N>& in, int group) {
  const ProcessorMap outputs = in.placed().output_processors;
  const unsigned outputs_here = group_part(outputs, group);
  const int ignored =
      ignored_output_bytes(in.graph[in.index], in.placed().out.count, in.placed().write_gap, in.plan.vendor_stream);
  int pointer = floor_div(in.placed().out_offset - ignored, 4);
  if (in.local_output) {
    // The vendor's formula as it stands: the map is moved by 4 bits a group, not by 16.
    const ProcessorMap moved = outputs >> 4 * group;
    const int first = moved == 0 ? 0 : first_bit(moved) / 4 * 4;
    pointer |= (first + 4 * group) * in.device.slot_stride;
  } else {
    // A pass-through layer's group writes to its own part of the map, a convolution's to the map's start.
    int first = first_bit(outputs);
    if (in.passes_through()) first = outputs_here == 0 ? 0 : processors_per_group * group + first_bit(outputs_here);
    pointer |= first / processors_per_instance << in.device.instance_pointer_shift;
  }
  Word word;
  word.set(pointer_register::pointer, pointer);
  return word;
}

template <int N>
constexpr Word write_time_slot_offset(const RegisterInput<N>& in) {
  int offset = 0;
  if (in.one_by_one()) offset = 1;
  if (in.passes_through()) {
    const bool several_instances = bit_count(in.placed().processors) > processors_per_instance ||
                                   (in.layer().operands > 1 && in.placed().in.count > 1);
    offset = in.device.slot_stride * (several_instances ? 4 : 1);
  }
  Word word;
  word.set(pointer_register::pointer, offset);
  return word;
}

template <int N>
constexpr Word write_mask_offset(const RegisterInput<N>& in) {
  Word word;
  word.set(pointer_register::pointer, 1 << in.device.instance_pointer_shift);
  return word;
}

template <int N>
constexpr Word write_channel_offset(const RegisterInput<N>& in) {
  const int words = in.layer().wide ? 4 : 1;
  Word word;
  word.set(pointer_register::pointer, in.placed().out.count > 1 ? words * (in.placed().write_gap + 1) : 0);
  return word;
}

template <int N>
constexpr Word read_pointer(const RegisterInput<N>& in) {
  Word word;
  word.set(pointer_register::pointer, in.placed().in_offset / 4);
  return word;
}

// Section 3.9. The leading group collects what other groups contribute: their part of the input, and the bias.
template <int N>
constexpr unsigned contributing_groups(const RegisterInput<N>& in, int group) {
  if (group != in.plan.first_group() || in.passes_through() || in.placed().fans_out) return 0;
  unsigned contributing = 0;
  for (int g = group + 1; g < groups; ++g)
    if (group_part(in.placed().processors, g) != 0) contributing |= 1u << g;
  const int bias_group = in.placed().bias_group;
  if (bias_group >= 0 && bias_group != group) contributing |= 1u << bias_group;
  return contributing;
}

template <int N>
constexpr Word control_word(const RegisterInput<N>& in) {
  const Layer& layer = in.layer();
  Word word;
  word.set(layer_control::always, 1)
      .set_if(layer.activation == Activation::relu, layer_control::relu)
      .set_if(layer.pooling != Pooling::average, layer_control::maximum)
      .set_if(layer.pools(), layer_control::pools)
      .set_if(in.index == 0 && in.plan.input_format == DataFormat::chw, layer_control::channels_first)
      .set_if(!in.local_output, layer_control::network_output)
      .set_if(layer.wide, layer_control::wide);
  return word;
}

// Section 3.10.
template <int N>
constexpr Word control_2_word(const RegisterInput<N>& in) {
  const Layer& layer = in.layer();
  const LayerPlan& placed = in.placed();
  const int write_stride = in.passes_through() ? placed.write_gap : placed.out.count * (placed.write_gap + 1) - 1;
  int expansion = placed.in.count - 1;
  if (layer.flatten) expansion = flatten_count(layer, placed) & 15;
  if (counts_passes_as_rows(layer, placed)) expansion = 0;
  Word word;
  word.set(layer_control_2::output_channels,
           in.passes_through() ? 0 : (placed.kernels.positions - 1) * layer.weight_bits)
      .set(layer_control_2::write_stride, write_stride)
      .set(layer_control_2::in_expansion, expansion);
  return word;
}

// Section 3.11. Kernels are counted in units of their own size; a column holds nine bytes.
template <int N>
constexpr int first_tap(const RegisterInput<N>& in) {
  return bytes_per_kernel * in.placed().kernels.offset % in.layer().kernel.area();
}

template <int N>
constexpr Word mask_word(const RegisterInput<N>& in) {
  const LayerPlan& placed = in.placed();
  Word word;
  if (in.passes_through()) {
    if (!counts_passes_as_rows(in.layer(), placed)) word.set(mask_register::end, (placed.out.count - 1) * 8);
    return word;
  }
  const int start = bytes_per_kernel * placed.kernels.offset / in.layer().kernel.area() * 8;
  word.set(mask_register::start, start)
      .set(mask_register::end, start + (placed.kernels.count - 1) * in.layer().weight_bits);
  return word;
}

// Section 3.13.
constexpr int function_code(Elementwise function) {
  switch (function) {
    case Elementwise::add:
      return 1;
    case Elementwise::bitwise_or:
      return 2;
    case Elementwise::bitwise_xor:
      return 3;
    default:
      return 0;
  }
}

template <int N>
constexpr Word mode_word(const RegisterInput<N>& in) {
  const Layer& layer = in.layer();
  Word word;
  word.set(one_dimensional::time_slots, time_slots(in.graph, in.plan, in.index));
  if (layer.one_dimensional())
    word.set(one_dimensional::length, layer.kernel.height).set(one_dimensional::enable, 1);
  else if (in.one_by_one() || (in.passes_through() && layer.operands == 1))
    word.set(one_dimensional::one_by_one, 1);
  if (layer.operands > 1)
    word.set(one_dimensional::elementwise, 1)
        .set(one_dimensional::function, function_code(layer.elementwise))
        .set(one_dimensional::operands, layer.operands - 1)
        .set_if(layer.pools() && layer.pool_first, one_dimensional::pool_first)
        .set_if(!in.passes_through(), one_dimensional::convolves);
  if (!in.passes_through()) word.set(one_dimensional::start_tap, first_tap(in));
  return word;
}

// Section 3.14.
template <int N>
constexpr Word tram_word(const RegisterInput<N>& in) {
  const Layer& layer = in.layer();
  Word word;
  if (layer.one_dimensional() || (in.one_by_one() && (in.index == 0 || !layer.streaming))) {
    const int count = flatten_count(layer, in.placed());
    if (count >= 16) word.set(tram_register::start, count).set(tram_register::end, 2 * count + 1);
    return word;
  }
  int start = 0;
  if (in.index > 0 && layer.streaming)
    for (int i = 0; i < in.index; ++i) start += tram_entries(hardware_layer(in.graph, i)) * in.plan[i].in.count;
  word.set(tram_register::start, start).set(tram_register::end, start + tram_entries(layer) - 1);
  return word;
}

// Section 3.15.
constexpr int weight_width_code(int bits) { return bits == 4 ? 3 : bits == 2 ? 2 : bits == 1 ? 1 : 0; }

template <int N>
constexpr Word post_processing_word(const RegisterInput<N>& in) {
  const Layer& layer = in.layer();
  const int shift = layer.total_shift();
  const int count = flatten_count(layer, in.placed());
  Word word;
  word.set(post_processing::weight_width, in.passes_through() ? 0 : weight_width_code(layer.weight_bits))
      .set(post_processing::shift, shift < 0 ? -shift : shift)
      .set_if(shift < 0, post_processing::shift_right)
      .set_if(layer.activation == Activation::abs, post_processing::abs)
      .set_if(in.transposed(), post_processing::transposed);
  if (in.passes_through()) word.set(post_processing::mode, layer.operands == 1 ? 3 : 1);
  word.set_if(layer.placement.tcalc, post_processing::tcalc);
  if (count >= 16) word.set(post_processing::flatten, 1).set(post_processing::flatten_high, count >> 4);
  return word;
}

/// The part of the post processing register that differs between groups.
constexpr void set_bias(Word& word, const LayerPlan& placed, int group) {
  const int offset = placed.fans_out              ? placed.bias_offset_in[group]
                     : placed.bias_group == group ? placed.bias_offset
                                                  : -1;
  if (offset >= 0) word.set(post_processing::bias_enable, 1).set(post_processing::bias_pointer, offset);
}

// Section 3.16.
template <int N>
constexpr Word enables_word(const RegisterInput<N>& in, int group) {
  const unsigned processors = group_part(in.placed().processors, group);
  Word word;
  word.set(enables_register::processors, processors)
      .set(enables_register::weights, in.passes_through() ? 0 : processors);
  return word;
}

}  // namespace detail

/// The registers of a layer in the order of the writes (section 3).
inline constexpr LayerRegister write_order[] = {
    LayerRegister::rows,
    LayerRegister::columns,
    LayerRegister::pooling_rows,
    LayerRegister::pooling_columns,
    LayerRegister::stride,
    LayerRegister::write_pointer,
    LayerRegister::write_time_slot_offset,
    LayerRegister::write_mask_offset,
    LayerRegister::write_channel_offset,
    LayerRegister::read_pointer,
    LayerRegister::layer_control,
    LayerRegister::layer_control_2,
    LayerRegister::mask_offset_and_count,
    LayerRegister::one_dimensional,
    LayerRegister::tram_pointer,
    LayerRegister::post_processing,
    LayerRegister::enables,
    LayerRegister::stream_start,
    LayerRegister::stream_delta,
    LayerRegister::rollover,
};

/// The register words of one layer in one group.
struct GroupWords {
  Word words[layer_registers]{};
  unsigned left_out = 0;  ///< registers that the layer does not have, one bit each

  constexpr const Word& operator[](LayerRegister r) const { return words[static_cast<int>(r)]; }
  constexpr Word& operator[](LayerRegister r) { return words[static_cast<int>(r)]; }
  constexpr void leave_out(LayerRegister r) { left_out |= 1u << static_cast<int>(r); }
  constexpr bool has(LayerRegister r) const { return (left_out >> static_cast<int>(r) & 1u) == 0; }
};

namespace detail {

/// Words that are the same in all groups; `set_group_words` completes those that differ.
template <int N>
constexpr GroupWords shared_words(const RegisterInput<N>& in) {
  const Layer& layer = in.layer();
  GroupWords words;
  words[LayerRegister::rows] = rows(in);
  words[LayerRegister::columns] = columns(in);
  words[LayerRegister::pooling_rows] = pooling_size(layer.pool.height, layer.pool_dilation.height);
  words[LayerRegister::pooling_columns] = pooling_size(layer.pool.width, layer.pool_dilation.width);
  words[LayerRegister::stride] = stride(in);
  words[LayerRegister::write_time_slot_offset] = write_time_slot_offset(in);
  words[LayerRegister::write_mask_offset] = write_mask_offset(in);
  words[LayerRegister::write_channel_offset] = write_channel_offset(in);
  words[LayerRegister::read_pointer] = read_pointer(in);
  words[LayerRegister::layer_control] = control_word(in);
  words[LayerRegister::layer_control_2] = control_2_word(in);
  words[LayerRegister::mask_offset_and_count] = mask_word(in);
  words[LayerRegister::one_dimensional] = mode_word(in);
  words[LayerRegister::tram_pointer] = tram_word(in);
  words[LayerRegister::post_processing] = post_processing_word(in);
  const StreamCounts counts = stream_counts(in.graph, in.plan, in.options, in.index);
  words[LayerRegister::stream_start].set(stream_start::start, counts.start);
  words[LayerRegister::stream_delta]
      .set(stream_delta::invol, counts.invol)
      .set(stream_delta::delta1, counts.delta1)
      .set(stream_delta::delta2, counts.delta2);
  words[LayerRegister::rollover].set(rollover_register::frame, counts.rollover);
  if (in.passes_through()) words.leave_out(LayerRegister::write_mask_offset);
  if (!in.options.uses_fifo() || !layer.streaming) words.leave_out(LayerRegister::rollover);
  return words;
}

/// Words that differ between groups.
template <int N>
constexpr void set_group_words(const RegisterInput<N>& in, int group, GroupWords& words) {
  words[LayerRegister::write_pointer] = write_pointer(in, group);
  words[LayerRegister::layer_control].set(layer_control::other_groups, contributing_groups(in, group));
  set_bias(words[LayerRegister::post_processing], in.placed(), group);
  words[LayerRegister::enables] = enables_word(in, group);
}

/// Calls `action(group)` for every group in use, lowest first.
template <int N, class Action>
constexpr void for_each_group(const Plan<N>& plan, Action&& action) {
  for (int g = 0; g < groups; ++g)
    if (plan.uses_group(g)) action(g);
}

template <int N>
constexpr bool any_streaming(const Graph<N>& graph) {
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].streaming) return true;
  return false;
}

}  // namespace detail

/// Calls `action(layer, group, GroupWords)` for every layer and group in use. Most words are the same in all groups, so
/// they are computed once for all of them.
template <int N, class Action>
constexpr void for_each_layer_words(const Graph<N>& graph, const Plan<N>& plan, const Device& device,
                                    const Options& options, Action&& action) {
  for (int i = 0; i < graph.size; ++i) {
    const Layer hardware = hardware_layer(graph, i);
    const bool local = plan.vendor_stream && detail::writes_locally(plan[i], plan.groups, !hardware.weighted());
    const detail::RegisterInput<N> in{graph, plan, device, options, i, hardware, local};
    const GroupWords shared = detail::shared_words(in);
    detail::for_each_group(plan, [&](int g) {
      GroupWords words = shared;
      detail::set_group_words(in, g, words);
      action(i, g, words);
    });
  }
}

namespace detail {

/// Clears all memories of all groups, used or not, with the built-in test.
template <class Sink>
constexpr void emit_memory_tests(const Device& device, Sink&& sink) {
  for (const MemoryTest& test : device.memory_test) {
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
  // SRAM control: the vendor's value; the manual does not explain its bits.
  constexpr std::uint32_t sram_control = 0x40e;
  Word stopped;
  stopped.set(control::clock_enable, 1)
      .set(control::ready_selection, options.ready_selection)
      .set_if(options.uses_fifo(), control::fifo)
      .set_if(options.express_weights, control::express);
  const auto last_layer = static_cast<std::uint32_t>(options.repetitions * (graph.size - 1));
  sink(RegisterWrite{device.always_on_control, static_cast<std::uint32_t>(options.always_on_ready_selection)});
  detail::for_each_group(plan, [&](int g) {
    sink(RegisterWrite{device.group_register(g, GroupRegister::control), stopped.bits});
    sink(RegisterWrite{device.group_register(g, GroupRegister::sram_control), sram_control});
    if (last_layer != 0 || options.write_zero_registers)
      sink(RegisterWrite{device.group_register(g, GroupRegister::layer_count), last_layer});
  });
  if (options.clear_memories) detail::emit_memory_tests(device, accesses);
}

namespace detail {

/// FIFO f carries what the processors from 16 f on read (section 3.22). The vendor's tool enables one for each of the
/// first channels, if the group's first processor reads.
template <int N>
constexpr std::uint32_t fifo_control_value(const Graph<N>& graph, const Plan<N>& plan, const Options& options) {
  unsigned enabled = 0;
  for (int g = 0; g < groups; ++g) {
    const unsigned readers = group_part(plan[0].processors, g);
    const bool vendor_enables = g < graph[0].in.channels && (readers & 1u) != 0;
    if (options.vendor_stream ? vendor_enables : readers != 0) enabled |= 1u << g;
  }
  Word word;
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
    for (const LayerRegister r : write_order)
      if (words.has(r) && (words[r].bits != 0 || options.write_zero_registers))
        sink(RegisterWrite{device.layer_register(g, r, first + layer), words[r].bits});
    if (!options.uses_fifo() || layer > 0) return;
    const int frame = frame_words(graph[0], plan.input_format == DataFormat::chw);
    sink(RegisterWrite{device.group_register(g, GroupRegister::input_frame_size), static_cast<std::uint32_t>(frame)});
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
    sink(RegisterWrite{device.fifo_base, fifo_control_value(graph, plan, options)});
  if (!options.uses_fast_fifo()) return;
  // Interrupts stay off: a zero, written only on request. The FIFO counts as nearly full at 10 words.
  if (options.write_zero_registers) sink(RegisterWrite{device.fast_fifo_base + 8, 0});
  sink(RegisterWrite{device.fast_fifo_base, 10u << 4});
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
  Word common;
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
    std::uint32_t unused = 0;
    for (int g = 0; g < groups; ++g)
      if (!plan.uses_group(g)) unused |= 1u << (12 + g);
    const std::uint32_t value = unused | static_cast<std::uint32_t>(options.always_on_ready_selection);
    if (value != 0 || options.write_zero_registers) sink(RegisterWrite{device.always_on_control, value});
  }
  Word master = common;
  master.set(control::enable, 1);
  if ((group_part(plan[0].input_map(), first) & 0xf) != 0) detail::set_fifo_bits(master, plan, options, first);
  // A short inference is complete before the register is read. The vendor's tool checks that bit all the same.
  const RegisterWrite start{device.group_register(first, GroupRegister::control), master.bits};
  const std::uint32_t kept = options.vendor_stream ? 0xffff'ffff : ~control::complete.mask();
  detail::write_verified(options, accesses, start, kept);
}

/// What the interrupt handler does when an inference is complete (run-time sheet, section 1).
template <int N, class Sink>
constexpr void emit_interrupt(const Graph<N>& graph, const Plan<N>& plan, const Device& device, Sink&& sink) {
  std::uint32_t cleared = control::complete.mask() | control::enable.mask();
  if (detail::any_streaming(graph)) cleared |= control::streaming.mask();
  detail::for_each_group(plan, [&](int g) {
    sink(RegisterWrite{device.group_register(g, GroupRegister::control), ~cleared, Access::keep_bits});
  });
}

/// Continues a stopped inference.
template <int N>
constexpr RegisterWrite continue_write(const Plan<N>& plan, const Device& device) {
  return {device.group_register(plan.first_group(), GroupRegister::control), control::enable.mask(), Access::set_bits};
}

/// Stops a running inference, to be continued.
template <int N>
constexpr RegisterWrite stop_write(const Plan<N>& plan, const Device& device) {
  return {device.group_register(plan.first_group(), GroupRegister::control), ~control::enable.mask(),
          Access::keep_bits};
}

}  // namespace incuse::max7800x
