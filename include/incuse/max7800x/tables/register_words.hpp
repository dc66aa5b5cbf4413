// The words that a network needs in the registers of its layers: one specialisation of WordOf for every row of
// layer_registers.hpp. The virtual chip reads these registers without knowing this header.
// Source: register sheet (max7800x-registers), section 3.
#pragma once

#include <incuse/max7800x/options.hpp>
#include <incuse/max7800x/plan/conversion.hpp>
#include <incuse/max7800x/plan/plan_types.hpp>
#include <incuse/max7800x/plan/streaming.hpp>
#include <incuse/max7800x/registers/layer_registers.hpp>

namespace incuse::max7800x {

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
  StreamCounts stream;

  constexpr const Layer& layer() const { return hardware; }
  constexpr const LayerPlan& placed() const { return plan[index]; }
  constexpr bool passes_through() const { return !layer().weighted(); }
  constexpr bool depthwise() const { return layer().groups > 1; }
  constexpr bool depthwise_in_place() const { return depthwise() && placed().in_place(); }
  constexpr bool counts_last_window() const { return device.window_counts == WindowCounts::last_window; }
  constexpr bool transposed() const { return layer().op == Operator::conv_transpose2d; }
  constexpr bool one_by_one() const {
    return (layer().op == Operator::conv2d || layer().op == Operator::linear) && layer().kernel.area() == 1;
  }
};

/// Several operands of several passes: the hardware counts the passes as rows (capability sheet, "emulation of
/// multi-pass element-wise with passthrough").
constexpr bool counts_passes_as_rows(const Layer& layer, const LayerPlan& placed, const Device& device) {
  const int operands = layer.operands, passes = placed.in.count;
  return device.operands_as_rows && !layer.weighted() && operands > 1 && passes > 1 &&
         operands * passes != operands + passes;
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

/// Number of time slots that a pass-through or depth-wise layer needs for its processors, less one (section 1, `ts`).
template <int N>
constexpr int time_slots(const Graph<N>& graph, const Plan<N>& plan, int index) {
  const Layer& layer = graph[index];
  const int words = layer.wide ? 4 : 1;
  int slots = 0;
  for (int g = 0; g < groups; ++g) {
    const int used = bit_count(group_part(plan[index].processors, g));
    if (used == 0) continue;
    if (!layer.weighted())
      slots = max_of(slots, (used * words - 1) / 4);
    else if (layer.groups > 1 && plan[index].in_place())
      slots = max_of(slots, min_of(used, 4) * words - 1);
    else if (layer.groups > 1)
      slots = max_of(slots, used * words - 1);
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

/// The extent that the hardware counts.
template <int N>
constexpr Extent counted_input(const RegisterInput<N>& in) {
  const Layer& layer = in.layer();
  if (layer.flatten) return layer.pool;
  if (in.transposed()) return {layer.stride.height * layer.in.height, layer.stride.width * layer.in.width};
  if (counts_passes_as_rows(layer, in.placed(), in.device))
    return {layer.in.height * in.placed().in.count, layer.in.width};
  return layer.in.extent();
}

constexpr void set_counts(int size, int padding, Word& word) {
  word.set(registers::Counts::count, size - 1 + 2 * padding).set(registers::Counts::padding, padding);
}

/// The place of the last window on an axis.
constexpr int last_window(int size, int window, int stride, int dilation) {
  return floor_div(size - (window - 1) * dilation - 1, stride) * stride;
}

/// The same for WindowCounts::last_window: the place of the last window, and what the hardware steps over from there.
constexpr void set_windows(int last, int distance, int padding, Word& word) {
  word.set(registers::Counts::count, last).set(registers::Counts::distance, distance);
  if (padding > 0) word.set(registers::Counts::pads, 1).set(registers::Counts::padding, padding - 1);
}

/// Words between the words of two pixels that a layer reads.
template <int N>
constexpr int words_per_pixel(const RegisterInput<N>& in) {
  return in.layer().operands * in.placed().in.count * (in.placed().read_gap + 1);
}

/// The word of a register, as members of which some may be missing:
/// - `set(in, word)`: the values that are the same in all groups;
/// - `set_in(in, group, word)`: the values that differ between groups;
/// - `exists(in)`: false if the layer does not have the register; then it is not written.
template <class Row>
struct WordOf;

template <>
struct WordOf<registers::NextLayer> : registers::NextLayer {
  template <int N>
  static constexpr void set(const RegisterInput<N>& in, Word& word) {
    const Placement& hand = in.layer().placement;
    const bool final = in.index + 1 == in.graph.size;
    const bool linked = in.options.asks_for(Feature::linked_layers);
    if (linked && final) return word.set(stop, 1), void();
    const int next = linked                                     ? in.index + 1
                     : hand.next != Placement::not_given        ? hand.next
                     : hand.next_on_hit != Placement::not_given ? hand.next_on_hit
                                                                : -1;
    if (next < 0) return;
    word.set(jump, 1).set(layer, in.plan.number_of(min_of(next, in.graph.size - 1)));
  }
};

template <>
struct WordOf<registers::Rows> : registers::Rows {
  template <int N>
  static constexpr void set(const RegisterInput<N>& in, Word& word) {
    const Layer& layer = in.layer();
    const Extent size = counted_input(in);
    const int rows = hardware_padding(layer).height;
    if (!in.counts_last_window()) return set_counts(size.height, rows, word);
    const int last = last_window(size.height, layer.pool.height, layer.pool_stride.height, layer.pool_dilation.height);
    const int columns = layer.one_dimensional()
                            ? 1
                            : size.width - last_window(size.width, layer.pool.width, layer.pool_stride.width,
                                                       layer.pool_dilation.width);
    set_windows(last, (columns + (layer.pool_stride.height - 1) * size.width) * words_per_pixel(in), rows, word);
  }
};

template <>
struct WordOf<registers::Columns> : registers::Columns {
  template <int N>
  static constexpr void set(const RegisterInput<N>& in, Word& word) {
    const Layer& layer = in.layer();
    const int size = counted_input(in).width, padding = hardware_padding(layer).width;
    if (!in.counts_last_window()) return set_counts(size, padding, word);
    const int last = last_window(size, layer.pool.width, layer.pool_stride.width, layer.pool_dilation.width);
    set_windows(last, size - last, padding, word);
  }
};

template <>
struct WordOf<registers::PoolingRows> : registers::PoolingRows {
  template <int N>
  static constexpr void set(const RegisterInput<N>& in, Word& word) {
    const int pool = in.layer().pool.height;
    word.set(size, pool > 1 ? (pool - 1) * in.layer().pool_dilation.height : in.device.unpooled_size)
        .set_if_any(dilation, in.layer().pool_dilation.height - 1);
  }
};

template <>
struct WordOf<registers::PoolingColumns> : registers::PoolingColumns {
  template <int N>
  static constexpr void set(const RegisterInput<N>& in, Word& word) {
    const int pool = in.layer().pool.width;
    word.set(size, pool > 1 ? (pool - 1) * in.layer().pool_dilation.width : in.device.unpooled_size)
        .set_if_any(dilation, in.layer().pool_dilation.width - 1);
  }
};

template <>
struct WordOf<registers::Stride> : registers::Stride {
  template <int N>
  static constexpr void set(const RegisterInput<N>& in, Word& word) {
    const Layer& layer = in.layer();
    word.set_if_any(words, layer.pool_stride.height * words_per_pixel(in));
    if (in.transposed()) return;
    word.set(step, layer.pool_stride.height > 1 ? layer.pool_stride.height - 1 : layer.stride.height - 1);
  }
};

template <>
struct WordOf<registers::WritePointer> : registers::WritePointer {
  template <int N>
  static constexpr void set_in(const RegisterInput<N>& in, int group, Word& word) {
    const ProcessorMap outputs = in.placed().output_processors;
    const unsigned outputs_here = group_part(outputs, group);
    const int ignored =
        ignored_output_bytes(in.graph[in.index], in.placed().out.count, in.placed().write_gap, in.plan.vendor_stream);
    int address = floor_div(in.placed().out_offset - ignored, 4);
    if (in.local_output) {
      // The vendor's formula as it stands: the map is moved by 4 bits a group, not by 16.
      const ProcessorMap moved = outputs >> 4 * group;
      const int first = moved == 0 ? 0 : first_bit(moved) / 4 * 4;
      address |= (first + 4 * group) * in.device.slot_stride;
    } else {
      if (in.depthwise() && !in.placed().in_place())
        return word.set(pointer, moved_address(in, address, group)), void();
      // A pass-through layer's group writes to its own part of the map, a convolution's to the map's start.
      int first = first_bit(outputs);
      if (in.passes_through()) first = outputs_here == 0 ? 0 : processors_per_group * group + first_bit(outputs_here);
      address |= first / processors_per_instance << in.device.instance_pointer_shift;
    }
    word.set(pointer, address);
  }
  /// A depth-wise layer whose outputs move: every group writes, packed, behind those of the groups before.
  template <int N>
  static constexpr int moved_address(const RegisterInput<N>& in, int address, int group) {
    const int first = first_bit(in.placed().processors), first_group = first / processors_per_group;
    if (group < first_group) return in.plan.vendor_stream ? 0 : address;
    int place = (group - first_group) * processors_per_group + first_bit(in.placed().output_processors);
    if (group != first_group) place -= first % processors_per_group;
    return address | place / processors_per_instance << in.device.instance_pointer_shift;
  }
};

template <>
struct WordOf<registers::WriteTimeSlotOffset> : registers::WriteTimeSlotOffset {
  template <int N>
  static constexpr void set(const RegisterInput<N>& in, Word& word) {
    // The vendor's tool moves the output of Conv2d and Linear only; that of others would stay in one instance.
    const bool moves = !in.plan.vendor_stream || in.layer().op == Operator::conv2d || in.layer().op == Operator::linear;
    int offset = 0;
    if (in.one_by_one() && !in.depthwise()) offset = 1;
    if (moves && in.depthwise() && !in.placed().in_place()) offset = 4 * in.device.slot_stride;
    if (in.passes_through()) {
      const bool several_instances = bit_count(in.placed().processors) > processors_per_instance ||
                                     (in.layer().operands > 1 && in.placed().in.count > 1);
      offset = in.device.slot_stride * (several_instances ? 4 : 1);
    }
    word.set(pointer, offset);
  }
};

template <>
struct WordOf<registers::WriteMaskOffset> : registers::WriteMaskOffset {
  template <int N>
  static constexpr bool exists(const RegisterInput<N>& in) {
    return !in.passes_through();
  }
  template <int N>
  static constexpr void set(const RegisterInput<N>& in, Word& word) {
    const int columns = in.layer().in.channels * in.placed().kernels.count;
    if (columns >= in.device.least_mask_offset_columns) word.set(pointer, 1 << in.device.instance_pointer_shift);
  }
};

template <>
struct WordOf<registers::WriteChannelOffset> : registers::WriteChannelOffset {
  template <int N>
  static constexpr void set(const RegisterInput<N>& in, Word& word) {
    const int words = in.layer().wide ? 4 : 1;
    word.set(pointer, in.placed().out.count > 1 ? words * (in.placed().write_gap + 1) : 0);
  }
};

template <>
struct WordOf<registers::ReadPointer> : registers::ReadPointer {
  template <int N>
  static constexpr void set(const RegisterInput<N>& in, Word& word) {
    word.set(pointer, in.placed().in_offset / 4);
  }
};

template <>
struct WordOf<registers::LayerControl> : registers::LayerControl {
  template <int N>
  static constexpr void set(const RegisterInput<N>& in, Word& word) {
    const Layer& layer = in.layer();
    word.set(always, 1)
        .set_if(layer.activation == Activation::relu, relu)
        .set_if(layer.pooling != Pooling::average, maximum)
        .set_if(layer.pools(), pools)
        .set_if(in.index == 0 && in.plan.input_format == DataFormat::chw, channels_first)
        .set_if(!in.local_output, network_output)
        .set_if(layer.wide, wide)
        .set_if(in.depthwise_in_place(), in_place)
        .set_if_any(bypass, layer.bypass ? 1 : 0);
    if (!in.passes_through())
      word.set_if_any(kernel_rows, layer.kernel.height - 1).set_if_any(kernel_columns, layer.kernel.width - 1);
    if (!in.placed().reads_ahead) return;
    const int passes = in.placed().in.count - 1;
    word.set(reads_ahead, 1).set(passes_ahead, in.placed().counts_in_fours ? passes / 4 : passes);
  }
  template <int N>
  static constexpr void set_in(const RegisterInput<N>& in, int group, Word& word) {
    word.set(other_groups, contributing_groups(in, group));
  }
  /// The leading group collects what other groups contribute: their part of the input, and the bias.
  template <int N>
  static constexpr unsigned contributing_groups(const RegisterInput<N>& in, int group) {
    const bool alone = in.passes_through() || in.depthwise() || in.placed().fans_out;
    if (group != in.plan.first_group() || alone) return 0;
    unsigned contributing = 0;
    for (int g = group + 1; g < groups; ++g)
      if (group_part(in.placed().processors, g) != 0) contributing |= 1u << g;
    const int bias_group = in.placed().bias_group;
    if (in.device.bias_group_contributes && bias_group >= 0 && bias_group != group) contributing |= 1u << bias_group;
    return contributing;
  }
};

template <>
struct WordOf<registers::LayerControl2> : registers::LayerControl2 {
  template <int N>
  static constexpr void set(const RegisterInput<N>& in, Word& word) {
    const Layer& layer = in.layer();
    const LayerPlan& placed = in.placed();
    const int step = in.passes_through() ? placed.write_gap : placed.out.count * (placed.write_gap + 1) - 1;
    int expansion = placed.in.count - 1;
    if (layer.flatten) expansion = flatten_count(layer, placed) & 15;
    if (counts_passes_as_rows(layer, placed, in.device)) expansion = 0;
    word.set(output_channels, in.passes_through() ? 0 : (placed.kernels.positions - 1) * layer.weight_bits)
        .set(write_stride, step)
        .set(in_expansion, expansion);
  }
};

/// Number of the column that holds kernel `kernel` where the hardware reads four RAM blocks at a time: kernels are
/// dealt to the blocks in turn, so that kernel 1 lies at the start of the second block (memory sheet, 5.7).
constexpr int dealt_kernel(int kernel, const WeightBlocks& blocks) {
  const int first = kernel < blocks.small_from ? 0 : blocks.small_from, within = kernel - first;
  return first + within % 4 * blocks.size_at(first) + within / 4;
}

/// Weight pointers of a layer: of its first kernel, and from there to the last one (section 3.11).
struct WeightPointers {
  int first = 0;
  int length = 0;
};

template <int N>
constexpr WeightPointers weight_pointers(const RegisterInput<N>& in) {
  const LayerPlan& placed = in.placed();
  const int bits = in.layer().weight_bits;
  int first = bytes_per_kernel * placed.kernels.offset / in.layer().kernel.area();
  int length = (placed.kernels.count - 1) * bits;
  if (placed.parallel_outputs) {
    first = dealt_kernel(first, in.device.weight_blocks);
    if (in.index == 0) length = (length + bits + 3) / 4 - bits;
  }
  return {first * 8, length};
}

template <>
struct WordOf<registers::MaskOffsetAndCount> : registers::MaskOffsetAndCount {
  template <int N>
  static constexpr void set(const RegisterInput<N>& in, Word& word) {
    const LayerPlan& placed = in.placed();
    if (in.passes_through()) {
      if (!counts_passes_as_rows(in.layer(), placed, in.device)) word.set(end, (placed.out.count - 1) * 8);
      return;
    }
    const WeightPointers weights = weight_pointers(in);
    word.set(start, weights.first).set(end, weights.first + weights.length);
  }
};

template <>
struct WordOf<registers::MaskCount> : registers::MaskCount {
  template <int N>
  static constexpr bool exists(const RegisterInput<N>& in) {
    return !in.passes_through();
  }
  template <int N>
  static constexpr void set(const RegisterInput<N>& in, Word& word) {
    const WeightPointers weights = weight_pointers(in);
    word.set(end, weights.first + weights.length);
  }
};

template <>
struct WordOf<registers::MaskOffset> : registers::MaskOffset {
  template <int N>
  static constexpr void set(const RegisterInput<N>& in, Word& word) {
    word.set(start, in.passes_through() ? (in.placed().out.count - 1) * 8 : weight_pointers(in).first);
  }
};

template <>
struct WordOf<registers::KernelsAndBias> : registers::KernelsAndBias {
  template <int N>
  static constexpr void set(const RegisterInput<N>& in, Word& word) {
    const KernelColumns& kernels = in.placed().kernels;
    if (!in.passes_through()) word.set(count, kernels.count - 1).set(first, kernels.offset);
  }
  template <int N>
  static constexpr void set_in(const RegisterInput<N>& in, int group, Word& word) {
    const int offset = in.placed().bias_in(group);
    if (offset >= 0) word.set(bias_enable, 1).set(bias_pointer, offset);
  }
};

template <>
struct WordOf<registers::OutputChannelCount> : registers::OutputChannelCount {
  template <int N>
  static constexpr void set(const RegisterInput<N>& in, Word& word) {
    const int slots = detail::time_slots(in.graph, in.plan, in.index);
    const int computed = in.placed().kernels.outputs - 1;
    int count = slots;
    if (in.depthwise())
      count = (slots + 1) * in.placed().in.count - 1;
    else if (!in.passes_through())
      count = in.placed().parallel_outputs ? computed / 4 : computed;
    word.set(kernels, count);
  }
};

template <>
struct WordOf<registers::Mode> : registers::Mode {
  template <int N>
  static constexpr void set(const RegisterInput<N>& in, Word& word) {
    const Layer& layer = in.layer();
    word.set(time_slots, detail::time_slots(in.graph, in.plan, in.index));
    if (layer.one_dimensional())
      word.set(length, layer.kernel.height).set(enable, 1);
    else if (in.one_by_one() || (in.passes_through() && layer.operands == 1))
      word.set(one_by_one, 1);
    if (layer.operands > 1)
      word.set(elementwise, 1)
          .set(function, function_code(layer.elementwise))
          .set(operands, layer.operands - 1)
          .set_if(layer.pools() && layer.pool_first, pool_first)
          .set_if(!in.passes_through(), convolves);
    if (!in.passes_through()) word.set(start_tap, first_tap(in));
  }
  static constexpr int function_code(Elementwise operation) {
    switch (operation) {
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
  /// Where in the first column the first kernel starts.
  template <int N>
  static constexpr int first_tap(const RegisterInput<N>& in) {
    return bytes_per_kernel * in.placed().kernels.offset % in.layer().kernel.area();
  }
};

template <>
struct WordOf<registers::TramPointer> : registers::TramPointer {
  template <int N>
  static constexpr void set(const RegisterInput<N>& in, Word& word) {
    const Layer& layer = in.layer();
    if (layer.one_dimensional() || (in.one_by_one() && (in.index == 0 || !layer.streaming))) {
      const int count = flatten_count(layer, in.placed());
      if (count >= 16) word.set(start, count).set(end, 2 * count + 1);
      return;
    }
    int first = 0;
    if (in.index > 0 && layer.streaming)
      for (int i = 0; i < in.index; ++i) first += tram_entries(hardware_layer(in.graph, i)) * in.plan[i].in.count;
    word.set(start, first).set(end, first + tram_entries(layer) - 1);
  }
};

template <>
struct WordOf<registers::PostProcessing> : registers::PostProcessing {
  template <int N>
  static constexpr void set(const RegisterInput<N>& in, Word& word) {
    const Layer& layer = in.layer();
    const int bits = layer.total_shift();
    const int count = flatten_count(layer, in.placed());
    word.set(weight_width, in.passes_through() ? 0 : weight_width_code(layer.weight_bits))
        .set(shift, bits < 0 ? -bits : bits)
        .set_if(bits < 0, shift_right)
        .set_if(layer.activation == Activation::abs, abs)
        .set_if(in.transposed(), transposed);
    if (in.passes_through()) word.set(mode, layer.operands == 1 ? 3 : 1);
    if (in.depthwise()) word.set(depthwise, 1).set(mode, 1);
    word.set_if(in.placed().parallel_outputs, parallel_outputs).set_if(in.placed().counts_in_fours, tcalc);
    if (count >= 16) word.set(flatten, 1).set(flatten_high, count >> 4);
  }
  template <int N>
  static constexpr void set_in(const RegisterInput<N>& in, int group, Word& word) {
    const LayerPlan& placed = in.placed();
    const int offset = placed.bias_in(group);
    const bool in_fours = placed.bias_in_all ? in.depthwise_in_place() : placed.parallel_outputs;
    if (offset >= 0) word.set(bias_enable, 1).set(bias_pointer, in_fours ? offset / 4 : offset);
  }
  static constexpr int weight_width_code(int bits) { return bits == 4 ? 3 : bits == 2 ? 2 : bits == 1 ? 1 : 0; }
};

template <>
struct WordOf<registers::Enables> : registers::Enables {
  template <int N>
  static constexpr void set_in(const RegisterInput<N>& in, int group, Word& word) {
    const unsigned map = group_part(in.placed().processors, group);
    word.set(processors, map).set(weights, in.layer().has_weights() ? map : 0);
  }
};

template <>
struct WordOf<registers::StreamStart> : registers::StreamStart {
  template <int N>
  static constexpr void set(const RegisterInput<N>& in, Word& word) {
    word.set(start, in.stream.start).set_if(starts_early(in), early);
  }
  template <int N>
  static constexpr bool starts_early(const RegisterInput<N>& in) {
    const bool asked = in.device.has(Feature::early_start) && in.options.asks_for(Feature::early_start);
    return in.index == 0 && in.options.uses_fifo() && asked;
  }
};

template <>
struct WordOf<registers::StreamDelta> : registers::StreamDelta {
  template <int N>
  static constexpr void set(const RegisterInput<N>& in, Word& word) {
    word.set(invol, in.stream.invol).set(delta1, in.stream.delta1).set(delta2, in.stream.delta2);
  }
};

template <>
struct WordOf<registers::Rollover> : registers::Rollover {
  template <int N>
  static constexpr bool exists(const RegisterInput<N>& in) {
    return in.options.uses_fifo() && in.layer().streaming;
  }
  template <int N>
  static constexpr void set(const RegisterInput<N>& in, Word& word) {
    word.set(frame, in.stream.rollover);
  }
};

}  // namespace detail

}  // namespace incuse::max7800x
