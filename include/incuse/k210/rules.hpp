// The rules of the KPU, and `check`, which applies them all. A rule is one row: its words and its condition.
// Sources: "kpu 3" is section 3 of the KPU sheet (k210-kpu), "pitfalls 15" row 15 of k210-pitfalls, and so on.
#pragma once

#include <incuse/core/checked_rule.hpp>
#include <incuse/k210/cpu/cpu_step.hpp>
#include <incuse/k210/plan/plan.hpp>
#include <incuse/k210/tables/bounds.hpp>
#include <incuse/k210/tables/layer_arguments.hpp>

namespace incuse::k210 {

/// Types, shapes and places of the tensors that a layer reads.
struct Reading {
  Element element = Element::code;  ///< of its first source
  Task task = Task::none;           ///< of a layer with on_cpu
  bool mixed = false;               ///< it reads both codes and real numbers
  bool from_ram_only = false;       ///< a source is in AI RAM, and not in main memory
  bool from_main_only = false;      ///< or the other way round
  Shape first{};                    ///< of its first source
  Shape unlike{};                   ///< a source that cannot be joined with the first one; empty if there is none
};

/// What a rule about a layer of the model looks at. Its shapes may be invalid because of an error in an earlier layer.
struct OneLayer {
  const Layer& layer;
  const Device& device;
  Reading reading{};

  constexpr bool on_kpu() const { return !layer.on_cpu; }
  constexpr bool does(Task task) const { return layer.on_cpu && reading.task == task; }
  constexpr bool works_on(Element element) const {
    return on_kpu() ? element == Element::code && supported()
                    : reading.task != Task::none && description_of(reading.task).in == element;
  }
  constexpr bool convolves() const { return on_kpu() && layer.op == Operator::conv2d; }
  constexpr bool supported() const { return layer.on_cpu || is_of_kpu(layer); }
  constexpr bool combines_otherwise() const {
    return layer.elementwise != Elementwise::none && layer.elementwise != Elementwise::add;
  }
  /// True for layers that neither the KPU nor the processor has; each has a rule of its own.
  constexpr bool is_nowhere() const {
    return layer.op == Operator::conv_transpose2d || layer.op == Operator::conv1d || combines_otherwise();
  }
  constexpr bool shaped() const {
    return layer.in.channels > 0 && layer.in.height > 0 && layer.in.width > 0 && layer.pooled.height > 0 &&
           layer.pooled.width > 0;
  }
  /// An option that the KPU's own tables make meaningless; empty if there is none.
  constexpr Text decided_by_tables() const {
    const bool connects = does(Task::fully_connected);
    const bool activates = layer.activation == Activation::relu || layer.activation == Activation::function;
    if (activates && (on_kpu() || does(Task::requantize))) return "activation function";
    if (layer.batch_norm && on_kpu()) return "BatchNorm2d";
    if (layer.bias && on_kpu()) return "bias";
    if (layer.pad_value != 0 && on_kpu()) return "pad_value";
    return has_byte_options(layer) && (on_kpu() || connects) ? Text("shift, bits or binary") : Text();
  }
  constexpr bool depthwise() const {
    return layer.groups > 1 && layer.groups == layer.in.channels && layer.groups == layer.out.channels;
  }
};

/// What a rule about a layer of the KPU looks at, wherever that layer comes from.
struct OneStep {
  const KpuLayer& layer;
  const Device& device;
  bool sends_output;  ///< to the output FIFO as well

  constexpr Shape out() const { return layer.out(); }
  constexpr long long in_lines() const { return lines_of(layer.in); }
  constexpr long long out_lines() const { return lines_of(out()); }

 private:
  static constexpr long long lines_of(Shape shape) {
    if (shape.channels < 1 || shape.height < 1 || shape.width < 1) return 0;
    const RowLayout rows = rows_of(shape.width);
    return 1LL * rows.lines * shape.height * ceil_div(shape.channels, rows.groups);
  }
};

/// What a rule about values looks at: a layer with its weights and tables.
struct StepValues {
  const KpuLayer& layer;
  const ValueBounds& bounds;
  const Device& device;

  constexpr Quantity bits() const {
    const long long end = 1LL << (device.value_bits - 1);
    return Quantity::range(-end, end - 1);
  }
};

/// What a rule about real parameters looks at: what was found wrong with those of a layer.
struct StepParameters {
  Text problem;
};

/// What a rule about the number of parameters looks at.
struct ParameterCount {
  int given;
  int wanted;
};

/// What a rule about the range of a network's input looks at.
struct InputRange {
  bool needed;  ///< the input is of codes
  bool given;   ///< there is a range, and it is not empty
};

/// What a rule about the layout of a network's input looks at.
struct InputLayout {
  DataFormat format;
};

/// What a rule about a concatenation of codes looks at.
struct JoinedCodes {
  bool alike;  ///< all have the same zero point and scale
};

/// What a rule about a sum of codes looks at.
struct OneSum {
  const SumScales& scales;
};

/// What a rule about a layer of the KPU with given tables looks at.
struct GivenStep {
  bool copies;  ///< a copy, which the conversion has added
};

/// What a rule about a planned network looks at.
struct WholePlan {
  const PlacedMap* maps;
  int size;
  int needed_lines;
  const Device& device;
};

/// What a rule about the tensors in main memory looks at.
struct WorkingMemory {
  long long needed_bytes;  ///< at once
  bool complete;           ///< all tensors have their places
  const Device& device;
};

/// What a rule about the words of a layer looks at.
struct StepWords {
  const LayerArguments& arguments;
};

/// Name that an operator without a counterpart in the KPU has in the model language; empty for all others.
constexpr Text name_of(const Layer& layer) {
  switch (layer.op) {
    case Operator::conv1d:
      return "Conv1d";
    case Operator::conv_transpose2d:
      return "ConvTranspose2d";
    case Operator::linear:
      return "Linear";
    case Operator::conv2d:
    case Operator::none:
      break;
  }
  switch (layer.elementwise) {
    case Elementwise::add:
      return "Add";
    case Elementwise::sub:
      return "Sub";
    case Elementwise::bitwise_or:
      return "BitwiseOr";
    case Elementwise::bitwise_xor:
      return "BitwiseXor";
    case Elementwise::none:
      break;
  }
  return "";
}

}  // namespace incuse::k210

namespace incuse {

#define INCUSE_KPU_RULE(subject, name, level, sentence, remedy, source) \
  INCUSE_CHECKED_RULE(k210, subject, name, level, sentence, remedy, source)

// Layers of the model ------------------------------------------------------------------------------------------------

INCUSE_KPU_RULE(OneLayer, not_on_kpu, error, "the KPU has no layer of this kind",
                "let the processor run it with the option on_cpu; a Linear can also be Conv2d<..., kernel<1>> between "
                "AddPadding<> and RemovePadding<>",
                "kpu 2; kmodel 1") {
  if (!at.supported() && !at.is_nowhere()) blame({}, {}, {}, name_of(at.layer));
}

INCUSE_KPU_RULE(OneLayer, transposed_convolution, error,
                "neither the KPU nor the processor has transposed convolutions",
                "put Upsample<2>, Upload<> and a Conv2d with kernel<3> and pad<1> one behind the other",
                "kpu 2; kmodel 1") {
  if (at.layer.op == Operator::conv_transpose2d) blame();
}

INCUSE_KPU_RULE(
    OneLayer, one_dimensional, error, "neither the KPU nor the processor has one-dimensional convolutions",
    "use Conv2d on an input of 4 rows or more: kernels with zeros in the upper and the lower row do the same",
    "kpu 2; kmodel 1") {
  if (at.layer.op == Operator::conv1d) blame();
}

INCUSE_KPU_RULE(OneLayer, element_operation, error, "the processor adds tensors, and has no other such operation",
                "turn the signs of the weights that make the operand and use Add with on_cpu, or let the program "
                "combine two outputs",
                "kmodel 1") {
  if (at.combines_otherwise()) blame({}, {}, {}, name_of(at.layer));
}

INCUSE_KPU_RULE(
    OneLayer, one_source, error, "a layer of the KPU reads one tensor",
    "join them with Concat<..., on_cpu> and put Upload<> behind it, or end the network in front of the Concat",
    "kpu 2") {
  if (at.on_kpu() && at.layer.sources.size > 1 && !combines(at.layer)) blame(at.layer.sources.size, 1);
}

INCUSE_KPU_RULE(OneLayer, reshaped_input, error, "neither the KPU nor the processor reads a tensor in another shape",
                "leave the view out, or let the program copy the tensor", "kpu 4") {
  if (at.layer.in_channels > 0 || at.layer.in_extent != Extent{0, 0}) blame();
}

INCUSE_KPU_RULE(OneLayer, cropped_input, error, "neither the KPU nor the processor reads a part of a tensor",
                "leave the crop out, or let the program copy the rows", "kpu 4") {
  if (at.layer.crops() && at.layer.buffer_shift == 0) blame();
}

INCUSE_KPU_RULE(OneLayer, rolling_buffer, error, "nothing is kept in the KPU's memory from inference to inference",
                "let the program keep the rows, and bring them in as a part of the input", "kpu 4") {
  if (at.layer.writes_buffer()) return blame();
  for (int source : at.layer.sources)
    if (source == incuse::rolling_buffer) return blame();
}

INCUSE_KPU_RULE(OneLayer, kernel_size, error, "a kernel of the KPU is 1x1 or 3x3",
                "put several 3x3 convolutions one behind the other", "kpu 2") {
  const Extent k = at.layer.kernel;
  if (at.convolves() && k != Extent{1, 1} && k != Extent{3, 3}) blame(k, Extent{3, 3});
}

INCUSE_KPU_RULE(OneLayer, kernel_padding, error, "3x3 kernels have one ring of padding on the KPU, 1x1 kernels none",
                "use pad<1> with kernel<3>, and none with kernel<1>; what the border adds can only be left alone",
                "kpu 2, 9; pitfalls 13") {
  const Extent k = at.layer.kernel;
  const Extent only = k == Extent{3, 3} ? Extent{1, 1} : Extent{0, 0};
  if (at.convolves() && (k == Extent{1, 1} || k == Extent{3, 3}) && at.layer.padding != only)
    blame(at.layer.padding, only, "this kernel");
}

INCUSE_KPU_RULE(OneLayer, pad_value_alone, error, "the padding has a value, but the layer has no padding",
                "leave pad_value<> out, or use kernel<3> with pad<1>", "kpu 2") {
  if (at.convolves() && at.layer.pad_value != 0 && at.layer.padding == Extent{0, 0}) blame();
}

INCUSE_KPU_RULE(OneLayer, kernel_stride, error, "a convolution of the KPU has stride 1",
                "put MaxPool2d<1, stride<2>> behind it: every second pixel is what stride 2 computes", "kpu 2, 9") {
  if (at.convolves() && at.layer.stride != Extent{1, 1}) blame(at.layer.stride, Extent{1, 1});
}

INCUSE_KPU_RULE(OneLayer, kernel_dilation, error, "the KPU has no dilated convolution", "use dilation 1", "kpu 2") {
  if (at.convolves() && at.layer.dilation != Extent{1, 1}) blame(at.layer.dilation, Extent{1, 1});
}

INCUSE_KPU_RULE(OneLayer, kernel_groups, error, "a convolution of the KPU has one group, or is depth-wise",
                "use one group, or as many as there are input and output channels", "kpu 2") {
  if (at.convolves() && at.layer.groups != 1 && !at.depthwise())
    blame(at.layer.groups, at.layer.in.channels, "the input");
}

INCUSE_KPU_RULE(OneLayer, pooling_window, error, "the KPU does not pool like this",
                "use 2x2 with stride 2, 4x4 with stride 4, 2x2 with stride<1> and same_padding, or Subsample2d for "
                "every second pixel; or let the processor pool with on_cpu, and put Upload<> behind it",
                "kpu 2") {
  if (at.on_kpu() && at.shaped() && pools(at.layer) && !pool_for(at.layer).exists) blame(at.layer.pool);
}

INCUSE_KPU_RULE(OneLayer, activation_function, error, "neither the KPU nor the processor computes Abs",
                "use ReLU, or let the program take the magnitudes", "kpu 7, step 5: negative slopes") {
  if (at.layer.activation == Activation::abs) blame();
}

INCUSE_KPU_RULE(OneLayer, wide_output, error, "outputs of the KPU are bytes", "leave out wide", "kpu 2") {
  if (at.layer.wide) blame();
}

INCUSE_KPU_RULE(OneLayer, output_shift, error, "the output shift is out of range",
                "scale the weights, so that the shift is smaller", "max7800x-device 4: networks of signed bytes") {
  if (at.layer.weighted() && !within(at.layer.total_shift(), -15, 15))
    blame(at.layer.total_shift(), Quantity::range(-15, 15));
}

INCUSE_KPU_RULE(OneLayer, nothing_left, error, "nothing is left after pooling", "pool less, or use a larger input",
                "kpu 2") {
  const Layer& l = at.layer;
  const bool had_input = l.in.channels > 0 && l.in.height > 0 && l.in.width > 0;
  if (!had_input) return;
  if (l.pooled.height < 1 || l.pooled.width < 1) return blame(l.pooled);
  if (l.on_cpu && (l.out.channels < 1 || l.out.height < 1 || l.out.width < 1)) blame(l.out);
}

INCUSE_KPU_RULE(OneLayer, tensor_size, error, "a tensor has more values than the chip has bytes",
                "use smaller maps or fewer channels", "kpu 1") {
  const Shape shapes[] = {at.layer.in, at.layer.out};
  for (const Shape& shape : shapes) {
    const bool empty = shape.channels < 1 || shape.height < 1 || shape.width < 1;
    const long long values = empty ? 0 : 1LL * shape.channels * shape.height * shape.width;
    if (values > at.device.general_bytes) return blame({values, "values"}, {at.device.general_bytes, "bytes"});
  }
}

INCUSE_KPU_RULE(OneLayer, source_count, error, "a layer reads more tensors than the model language joins",
                "join some of them in a layer of their own", "model/graph.hpp") {
  const Sources& sources = at.layer.sources;
  if (sources.dropped > 0) blame(sources.size + sources.dropped, max_operands, "a layer");
}

INCUSE_KPU_RULE(OneLayer, other_placement, warning, "processors, offsets and streaming mean nothing to the KPU",
                "leave place<> and streaming out", "kpu 4") {
  if (at.layer.placement.anything_given() || at.layer.streaming) blame();
}

INCUSE_KPU_RULE(InputLayout, input_layout, warning, "the KPU has one layout of maps", "leave hwc and chw out",
                "kpu 4") {
  if (at.format != DataFormat::automatic) blame();
}

// Layers that run on the CPU ------------------------------------------------------------------------------------------

INCUSE_KPU_RULE(OneLayer, no_task, error, "the processor has no layer of this kind",
                "write pooling, sums and Linear one behind the other, and let the KPU run convolutions", "kmodel 1") {
  if (at.layer.on_cpu && at.reading.task == Task::none && !at.is_nowhere()) blame({}, {}, {}, name_of(at.layer));
}

INCUSE_KPU_RULE(OneLayer, reads_codes, error, "the layer works on real numbers, but reads codes",
                "put Dequantize<> in front of it", "kmodel 1") {
  if (at.reading.element == Element::code && at.works_on(Element::real))
    blame({}, {}, {}, description_of(at.reading.task).name);
}

INCUSE_KPU_RULE(OneLayer, reads_real_numbers, error, "the layer works on codes, but reads real numbers",
                "put Quantize<> in front of it", "kmodel 1") {
  if (at.reading.element == Element::real && at.works_on(Element::code))
    blame({}, {}, {}, at.on_kpu() ? Text("layer of the KPU") : description_of(at.reading.task).name);
}

INCUSE_KPU_RULE(OneLayer, mixed_elements, error, "the layer joins codes with real numbers",
                "put Dequantize<> or Quantize<> in front of some of its sources", "kmodel 1") {
  if (at.reading.mixed) blame();
}

INCUSE_KPU_RULE(OneLayer, not_uploaded, error,
                "the KPU reads AI RAM, but the processor wrote the tensor to main memory",
                "put Upload<> in front of the layer, or AddPadding<> where the tensor is 1x1", "kmodel 1; kpu 4") {
  if (at.on_kpu() && at.reading.element == Element::code && at.reading.from_main_only) blame();
}

INCUSE_KPU_RULE(OneLayer, uploaded_only, error, "the processor reads main memory, but the tensor is in AI RAM only",
                "let the layer read what the Upload<> or AddPadding<> reads", "kmodel 1") {
  if (at.layer.on_cpu && at.reading.from_ram_only) blame();
}

INCUSE_KPU_RULE(OneLayer, joined_shapes, error, "tensors that the processor joins differ in size",
                "bring them to one size; for a sum, to the same number of channels too", "kmodel 1") {
  if (at.layer.on_cpu && at.reading.unlike.channels > 0) blame(at.reading.first, at.reading.unlike, "another one");
}

INCUSE_KPU_RULE(OneLayer, two_operands, error, "the processor adds two tensors",
                "add further ones in layers of their own, and give both by branches or from<>", "kmodel 1") {
  const bool adds = at.does(Task::add) || at.does(Task::quantized_add);
  if (adds && at.layer.sources.size != 2) blame(at.layer.sources.size, 2, "a sum");
}

INCUSE_KPU_RULE(OneLayer, single_values, error, "the layer reads single values, not maps",
                "put Flatten in front of Linear<>, and GlobalAvgPool2d<> or the like in front of AddPadding<>",
                "kmodel 1") {
  const bool reads_single = at.does(Task::add_padding) || (at.does(Task::fully_connected) && !at.layer.flatten);
  if (reads_single && at.shaped() && at.layer.in.extent() != Extent{1, 1})
    blame(at.layer.in.extent(), Extent{1, 1}, "a value");
}

INCUSE_KPU_RULE(OneLayer, padded_maps, error, "RemovePadding reads maps of 4x4", "let it follow such a layer",
                "kmodel 1") {
  if (at.does(Task::remove_padding) && at.shaped() && at.layer.in.extent() != padded_extent)
    blame(at.layer.in.extent(), padded_extent, "the layer");
}

INCUSE_KPU_RULE(OneLayer, cpu_window, error, "the processor does not pool like this",
                "leave out dilation, and same_padding of a mean", "kmodel 1") {
  const bool averages = at.does(Task::average_pool), pools = averages || at.does(Task::max_pool);
  const bool empty = at.layer.pool.height < 1 || at.layer.pool.width < 1;
  if (pools && (empty || at.layer.pool_dilation != Extent{1, 1} || (averages && at.layer.pool_same)))
    blame(at.layer.pool);
}

INCUSE_KPU_RULE(OneLayer, cpu_batch_norm, error, "the processor has no batch norm",
                "fold it into the weights and the bias of the layer", "kmodel 1") {
  if (at.layer.on_cpu && at.layer.batch_norm) blame();
}

// Layers of the KPU --------------------------------------------------------------------------------------------------

INCUSE_KPU_RULE(OneStep, channels, error, "the number of channels is out of range", "use fewer channels", "kpu 3") {
  const int most = at.device.max_channels;
  if (!within(at.layer.in.channels, 1, most)) blame(at.layer.in.channels, most);
  if (!within(at.layer.out_channels, 1, most)) blame(at.layer.out_channels, most);
}

INCUSE_KPU_RULE(OneStep, width, error, "the width of the input is out of range",
                "pool less, or use an input of another width; single values become maps by AddPadding<>", "kpu 3") {
  if (!within(at.layer.in.width, at.device.min_width, at.device.max_width))
    blame(at.layer.in.width, Quantity::range(at.device.min_width, at.device.max_width));
}

INCUSE_KPU_RULE(OneStep, height, error, "the height of the input is out of range",
                "pool less, or use an input of another height; single values become maps by AddPadding<>", "kpu 3") {
  if (!within(at.layer.in.height, at.device.min_height, at.device.max_height))
    blame(at.layer.in.height, Quantity::range(at.device.min_height, at.device.max_height));
}

INCUSE_KPU_RULE(OneStep, output_size, error, "the output is smaller than 4x4", "pool less, or use a larger input",
                "kpu 3") {
  const Shape out = at.out();
  if (out.height < at.device.min_output || out.width < at.device.min_output)
    blame(out.extent(), Extent{at.device.min_output, at.device.min_output});
}

INCUSE_KPU_RULE(OneStep, depthwise_channels, error, "a depth-wise layer has as many outputs as inputs",
                "let the numbers agree", "kpu 5") {
  if (at.layer.depthwise && at.layer.in.channels != at.layer.out_channels)
    blame(at.layer.out_channels, at.layer.in.channels, "the input");
}

INCUSE_KPU_RULE(OneStep, depthwise_pooling, error, "nobody has shown that the KPU pools behind a depth-wise layer",
                "pool behind the 1x1 convolution that follows", "kpu 3; pitfalls, not known") {
  if (at.layer.depthwise && at.layer.pool != KpuPool::none && !at.device.depthwise_pools) blame();
}

INCUSE_KPU_RULE(OneStep, load_size, error, "the weights of one output channel do not fit a load",
                "use fewer input channels or smaller weights", "kpu 3") {
  const long long room = 1LL * at.device.load_bytes * at.layer.weight_bytes;
  const long long one = 1LL * at.layer.taps() * at.layer.sum_channels() * at.layer.weight_bytes;
  if (!at.layer.depthwise && one > room) blame({one, "bytes"}, {room, "bytes"});
  const long long all = one * at.layer.out_channels;
  if (at.layer.depthwise && all > at.device.buffer_bytes) blame({all, "bytes"}, {at.device.buffer_bytes, "bytes"});
}

INCUSE_KPU_RULE(OneStep, load_count, error, "the weights need more loads than the KPU counts",
                "use fewer channels, or let two layers write parts of the output: Concat<Branch<Conv2d<...>>, "
                "Branch<Conv2d<...>>, on_cpu>, and Upload<> behind it",
                "kpu 3; pitfalls 15") {
  const WeightLoads loads = loads_of(at.layer, at.device);
  if (loads.count > at.device.max_loads) blame({loads.count, "loads"}, at.device.max_loads);
}

INCUSE_KPU_RULE(OneStep, streamed_channel, error, "an output channel is too large for the output FIFO",
                "pool the output, or use a smaller input", "kpu 3; pitfalls 16") {
  const long long bytes = 1LL * at.out().height * at.out().width;
  if (at.sends_output && bytes > at.device.max_channel_bytes) blame({bytes, "bytes"}, at.device.max_channel_bytes);
}

INCUSE_KPU_RULE(OneStep, layer_memory, error, "input and output of a layer do not fit into AI RAM together",
                "use a smaller map or fewer channels, or pool in the same layer", "kpu 3; pitfalls 29") {
  const long long lines = at.in_lines() + at.out_lines();
  if (lines > at.device.ram_lines) blame({lines, "lines"}, at.device.ram_lines);
}

// Values -------------------------------------------------------------------------------------------------------------

INCUSE_KPU_RULE(StepValues, accumulator_bits, error, "with these weights a sum can need more bits than the KPU has",
                "use smaller weights or fewer input channels", "kpu 3; quantisation 3") {
  const Interval& sums = at.bounds.accumulator;
  if (!sums.fits(at.device.value_bits)) blame(sums.furthest(), at.bits());
}

INCUSE_KPU_RULE(StepValues, batch_norm_bits, error,
                "with these weights a batch-norm result can need more bits than the KPU has",
                "use a smaller norm_mul, or a larger norm_shift", "kpu 3; quantisation 3") {
  const Interval& values = at.bounds.normalised;
  if (!values.fits(at.device.value_bits)) blame(values.furthest(), at.bits());
}

// Parameters ---------------------------------------------------------------------------------------------------------

INCUSE_KPU_RULE(OneLayer, real_function, error, "signed bytes know no other activation function than ReLU",
                "give the network real parameters (real_layers), or use ReLU", "quantisation 1") {
  if (at.on_kpu() && at.layer.activation == Activation::function) blame();
}

INCUSE_KPU_RULE(OneLayer, pad_byte, error, "the value of the padding is no signed byte",
                "give pad_value<> a whole number of that range, or the network real parameters (real_layers)",
                "kpu 2") {
  const float value = at.layer.pad_value;
  const int whole = value > -1000 && value < 1000 ? static_cast<int>(value) : 1000;
  if (static_cast<float>(whole) != value || !within(whole, -128, 127)) blame(whole, Quantity::range(-128, 127));
}

INCUSE_KPU_RULE(
    OneLayer, byte_batch_norm, error, "signed bytes know no batch norm",
    "fold it into weights and bias before they are quantised and leave BatchNorm2d out, or give the network "
    "real parameters (real_layers)",
    "quantisation 1; max7800x-training 5") {
  if (at.on_kpu() && at.layer.batch_norm) blame();
}

INCUSE_KPU_RULE(OneLayer, table_option, error, "the layer's tables say already what this option says",
                "leave it out, or give the network parameters that become tables (layers, real_layers)",
                "k210/tables/table_networks.hpp") {
  if (const Text option = at.decided_by_tables(); !option.empty()) blame({}, {}, {}, option);
}

INCUSE_KPU_RULE(OneLayer, one_range, error, "signed bytes have one range only: there is nothing to requantise",
                "leave Requantize<> out, or give the network real parameters (real_layers)", "quantisation 1") {
  if (at.does(Task::requantize)) blame();
}

INCUSE_KPU_RULE(ParameterCount, parameter_count, error, "there are parameters for another number of layers",
                "give one entry for every layer with weights, Quantize, Requantize and sum of codes, in their order",
                "k210/tables/real_networks.hpp") {
  if (at.given != at.wanted) blame(at.wanted, at.given, "the parameter type");
}

INCUSE_KPU_RULE(InputRange, input_range, error, "the parameters do not say which numbers the input stands for",
                "add static constexpr k210::Range input{low, high} to them, with low < high", "quantisation 1") {
  if (at.needed && !at.given) blame();
}

INCUSE_KPU_RULE(JoinedCodes, unlike_codes, error, "codes that stand for different numbers are joined",
                "give the layers that make them one range, or put Requantize<> in front", "kmodel 1") {
  if (!at.alike) blame();
}

INCUSE_KPU_RULE(OneSum, sum_shift, error, "a sum of codes is shifted too far", "give shifts of 0 to 62", "kmodel 1") {
  const IntegerScale scales[] = {at.scales.a, at.scales.b, at.scales.out};
  for (const IntegerScale& scale : scales)
    if (!scale.valid()) return blame(scale.shift, Quantity::range(0, most_shift));
}

INCUSE_KPU_RULE(GivenStep, copied_map, error, "the KPU has to copy a map, but the parameters have no tables for it",
                "pool right behind the convolution, or write a Conv2d with tables of its own",
                "k210/tables/table_networks.hpp") {
  if (at.copies) blame();
}

INCUSE_KPU_RULE(StepParameters, quantisation, error, "the layer cannot be quantised",
                "correct its parameters or ranges, or use another activation function", "quantisation 1") {
  if (!at.problem.empty()) blame({}, {}, {}, at.problem);
}

// The plan -----------------------------------------------------------------------------------------------------------

INCUSE_KPU_RULE(WholePlan, live_maps, error, "the maps that are needed at once do not fit into AI RAM",
                "pool earlier, or use fewer channels or outputs", "kpu 3, 4") {
  if (at.needed_lines > at.device.ram_lines) blame({at.needed_lines, "lines"}, at.device.ram_lines);
}

INCUSE_KPU_RULE(WholePlan, no_gap, error, "no gap of AI RAM is large enough for a map",
                "change the order of the layers, or end branches earlier", "kpu 4") {
  if (at.needed_lines > at.device.ram_lines) return;
  for (int i = 0; i < at.size; ++i)
    if (at.maps[i].needed() && !at.maps[i].placed()) return blame({at.maps[i].lines, "lines"});
}

INCUSE_KPU_RULE(WorkingMemory, main_memory, error, "the tensors of the processor do not fit into its memory",
                "use smaller maps, or fewer layers of the processor", "kpu 1") {
  const long long most = at.device.general_bytes;
  if (at.needed_bytes > most || !at.complete) blame({at.needed_bytes, "bytes"}, {most, "bytes"});
}

INCUSE_KPU_RULE(StepWords, argument_field, error, "a value does not fit its field of the layer words",
                "use smaller maps, fewer channels or smaller constants", "kpu 5") {
  if (const Argument* overflow = overflow_of(at.arguments))
    blame(at.arguments.*overflow->value, Quantity::range(overflow->lowest(), overflow->highest()), "the field",
          overflow->name);
}

}  // namespace incuse

namespace incuse::k210 {

// The rules that `check` and the deployments apply together, in lists by what they look at.
inline constexpr CheckedRule<OneLayer> layer_rules[] = {
    INCUSE_CHECKED_RULE_ROW(not_on_kpu),
    INCUSE_CHECKED_RULE_ROW(transposed_convolution),
    INCUSE_CHECKED_RULE_ROW(one_dimensional),
    INCUSE_CHECKED_RULE_ROW(element_operation),
    INCUSE_CHECKED_RULE_ROW(one_source),
    INCUSE_CHECKED_RULE_ROW(reshaped_input),
    INCUSE_CHECKED_RULE_ROW(cropped_input),
    INCUSE_CHECKED_RULE_ROW(rolling_buffer),
    INCUSE_CHECKED_RULE_ROW(kernel_size),
    INCUSE_CHECKED_RULE_ROW(kernel_padding),
    INCUSE_CHECKED_RULE_ROW(pad_value_alone),
    INCUSE_CHECKED_RULE_ROW(kernel_stride),
    INCUSE_CHECKED_RULE_ROW(kernel_dilation),
    INCUSE_CHECKED_RULE_ROW(kernel_groups),
    INCUSE_CHECKED_RULE_ROW(pooling_window),
    INCUSE_CHECKED_RULE_ROW(activation_function),
    INCUSE_CHECKED_RULE_ROW(wide_output),
    INCUSE_CHECKED_RULE_ROW(output_shift),
    INCUSE_CHECKED_RULE_ROW(nothing_left),
    INCUSE_CHECKED_RULE_ROW(other_placement),
    INCUSE_CHECKED_RULE_ROW(no_task),
    INCUSE_CHECKED_RULE_ROW(reads_codes),
    INCUSE_CHECKED_RULE_ROW(reads_real_numbers),
    INCUSE_CHECKED_RULE_ROW(mixed_elements),
    INCUSE_CHECKED_RULE_ROW(not_uploaded),
    INCUSE_CHECKED_RULE_ROW(uploaded_only),
    INCUSE_CHECKED_RULE_ROW(joined_shapes),
    INCUSE_CHECKED_RULE_ROW(two_operands),
    INCUSE_CHECKED_RULE_ROW(single_values),
    INCUSE_CHECKED_RULE_ROW(padded_maps),
    INCUSE_CHECKED_RULE_ROW(cpu_window),
    INCUSE_CHECKED_RULE_ROW(cpu_batch_norm),
    INCUSE_CHECKED_RULE_ROW(tensor_size),
    INCUSE_CHECKED_RULE_ROW(source_count),
};

inline constexpr CheckedRule<OneStep> step_rules[] = {
    INCUSE_CHECKED_RULE_ROW(channels),
    INCUSE_CHECKED_RULE_ROW(width),
    INCUSE_CHECKED_RULE_ROW(height),
    INCUSE_CHECKED_RULE_ROW(output_size),
    INCUSE_CHECKED_RULE_ROW(depthwise_channels),
    INCUSE_CHECKED_RULE_ROW(depthwise_pooling),
    INCUSE_CHECKED_RULE_ROW(load_size),
    INCUSE_CHECKED_RULE_ROW(load_count),
    INCUSE_CHECKED_RULE_ROW(streamed_channel),
    INCUSE_CHECKED_RULE_ROW(layer_memory),
};

inline constexpr CheckedRule<StepWords> word_rules[] = {INCUSE_CHECKED_RULE_ROW(argument_field)};
inline constexpr CheckedRule<StepValues> value_rules[] = {INCUSE_CHECKED_RULE_ROW(accumulator_bits),
                                                          INCUSE_CHECKED_RULE_ROW(batch_norm_bits)};
inline constexpr CheckedRule<InputLayout> layout_rules[] = {INCUSE_CHECKED_RULE_ROW(input_layout)};
inline constexpr CheckedRule<OneLayer> byte_rules[] = {
    INCUSE_CHECKED_RULE_ROW(real_function), INCUSE_CHECKED_RULE_ROW(byte_batch_norm), INCUSE_CHECKED_RULE_ROW(pad_byte),
    INCUSE_CHECKED_RULE_ROW(one_range)};
inline constexpr CheckedRule<OneLayer> table_rules[] = {INCUSE_CHECKED_RULE_ROW(table_option)};
inline constexpr CheckedRule<ParameterCount> count_rules[] = {INCUSE_CHECKED_RULE_ROW(parameter_count)};
inline constexpr CheckedRule<InputRange> input_rules[] = {INCUSE_CHECKED_RULE_ROW(input_range)};
inline constexpr CheckedRule<JoinedCodes> joining_rules[] = {INCUSE_CHECKED_RULE_ROW(unlike_codes)};
inline constexpr CheckedRule<GivenStep> copy_rules[] = {INCUSE_CHECKED_RULE_ROW(copied_map)};
inline constexpr CheckedRule<OneSum> sum_rules[] = {INCUSE_CHECKED_RULE_ROW(sum_shift)};
inline constexpr CheckedRule<StepParameters> parameter_rules[] = {INCUSE_CHECKED_RULE_ROW(quantisation)};
inline constexpr CheckedRule<WholePlan> plan_rules[] = {INCUSE_CHECKED_RULE_ROW(live_maps),
                                                        INCUSE_CHECKED_RULE_ROW(no_gap)};

inline constexpr CheckedRule<WorkingMemory> memory_rules[] = {INCUSE_CHECKED_RULE_ROW(main_memory)};

/// Calls `visit(rule)` for every rule of the chip.
template <class Visit>
constexpr void for_each_rule(Visit&& visit) {
  const auto visit_all = [&](const auto& list) {
    for (const auto& row : list) visit(*row.rule);
  };
  visit_all(layer_rules);
  visit_all(layout_rules);
  visit_all(step_rules);
  visit_all(plan_rules);
  visit_all(memory_rules);
  visit_all(word_rules);
  visit_all(value_rules);
  visit_all(byte_rules);
  visit_all(table_rules);
  visit_all(count_rules);
  visit_all(input_rules);
  visit_all(joining_rules);
  visit_all(sum_rules);
  visit_all(copy_rules);
  visit_all(parameter_rules);
}

/// Violations of one layer of the KPU, wherever it comes from.
constexpr Findings check(const KpuLayer& layer, const Device& device, const KpuAddresses& at = {}) {
  Findings found;
  apply(step_rules, {layer, device, at.sends_output}, {found});
  if (!found.ok()) return found;  // layer words need valid sizes
  const LayerArguments arguments = arguments_of(layer, at, device);
  apply(word_rules, {arguments}, {found});
  return found;
}

/// Violations of a layer's weights and tables.
constexpr Findings check(const KpuLayer& layer, const ValueBounds& bounds, const Device& device) {
  Findings found;
  apply(value_rules, {layer, bounds, device}, {found});
  return found;
}

namespace detail {

/// What a layer of a graph reads.
template <int N>
constexpr Reading reading_of(const Graph<N>& graph, const Elements<N>& elements, int index) {
  const Layer& layer = graph[index];
  Reading reading{elements.reads[index], elements.tasks[index]};
  const bool sums = layer.elementwise != Elementwise::none;
  reading.first = source_shape(graph, layer.sources.empty() ? network_input : layer.sources[0]);
  for (int source : layer.sources) {
    if (source >= index) continue;
    const Shape shape = source_shape(graph, source);
    if (elements.of(source) != reading.element) reading.mixed = true;
    if (sums ? shape != reading.first : shape.extent() != reading.first.extent()) reading.unlike = shape;
    const int maker = maker_of(graph, source);
    if (maker < 0 || !graph[maker].on_cpu) continue;
    (writes_ram(elements.tasks[maker]) ? reading.from_ram_only : reading.from_main_only) = true;
  }
  return reading;
}

/// Violations of `rules` by the layers of a graph.
template <int N, class Rules>
constexpr Findings check_each_layer(const Rules& rules, const Graph<N>& graph, const Device& device) {
  Findings found;
  const Elements<N> elements = elements_of(graph);
  for (int i = 0; i < graph.size; ++i)
    apply(rules, {graph[i], device, reading_of(graph, elements, i)}, {found, i, graph[i].name});
  return found;
}

}  // namespace detail

/// Violations of the rules that hold for networks of signed bytes only.
template <int N>
constexpr Findings check_bytes(const Graph<N>& graph, const Device& device) {
  return detail::check_each_layer(byte_rules, graph, device);
}

/// Violations of the rules that hold for networks with the KPU's own tables only.
template <int N>
constexpr Findings check_tables(const Graph<N>& graph, const Device& device) {
  return detail::check_each_layer(table_rules, graph, device);
}

/// Violations by the layers of a graph, before it is planned. A graph with errors cannot be planned or checked further.
template <int N>
constexpr Findings check_layers(const Graph<N>& graph, const Device& device) {
  Findings found = detail::check_each_layer(layer_rules, graph, device);
  apply(layout_rules, {graph.input_format}, {found});
  return found;
}

/// All violations of a planned network, except those of its values. Findings name layers of the graph, not steps.
template <int N>
constexpr Findings check(const Graph<N>& graph, const Plan<N>& plan, const Device& device) {
  Findings found = check_layers(graph, device);
  if (!found.ok() || graph.size == 0) return found;
  for (int i = 0; i < plan.graph.size; ++i) {
    const KpuStep& step = plan.graph[i];
    const int author = step.author_layer;
    if (!step.on_cpu()) apply(step_rules, {step.layer, device, streams(plan, i)}, {found, author, graph[author].name});
  }
  if (!found.ok()) return found;
  apply(plan_rules, {plan.maps, plan.graph.size, plan.needed_lines, device}, {found});
  apply(memory_rules, {1LL * plan.main.needed_lines * line_bytes, plan.main.complete(), device}, {found});
  return found;
}

/// The plan of a network; an empty one if its layers have errors.
template <int N>
constexpr Plan<N> plan_if_possible(const Graph<N>& graph, const Device& device) {
  return graph.size > 0 && check_layers(graph, device).ok() ? plan(graph, device) : Plan<N>{};
}

}  // namespace incuse::k210

#undef INCUSE_KPU_RULE
