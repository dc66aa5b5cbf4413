// The rules of the KPU, and `check`, which applies them all. A rule is one row: its words and its condition.
// Sources: "kpu 3" is section 3 of the KPU sheet (k210-kpu), "pitfalls 15" row 15 of k210-pitfalls, and so on.
#pragma once

#include <incuse/core/checked_rule.hpp>
#include <incuse/k210/bounds.hpp>
#include <incuse/k210/layer_arguments.hpp>
#include <incuse/k210/plan.hpp>

namespace incuse::k210 {

/// What a rule about a layer of the model looks at. Its shapes may be nonsense: an earlier layer is to blame then.
struct OneLayer {
  const Layer& layer;
  const Device& device;

  constexpr bool convolves() const { return layer.op == Operator::conv2d; }
  constexpr bool supported() const { return convolves() || (layer.op == Operator::none && !combines()); }
  constexpr bool combines() const { return layer.elementwise != Elementwise::none || layer.operands > 1; }
  constexpr bool shaped() const {
    return layer.in.channels > 0 && layer.in.height > 0 && layer.in.width > 0 && layer.pooled.height > 0 &&
           layer.pooled.width > 0;
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
  int weighted_layers;
};

/// What a rule about a planned network looks at.
struct WholePlan {
  const PlacedMap* maps;
  int size;
  int needed_lines;
  const Device& device;
};

/// What a rule about the words of a layer looks at.
struct StepWords {
  const LayerArguments& arguments;
};

/// Names of operators that the KPU has none of, as layers of the model language.
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
                "let software run it behind the KPU, or write it as a Conv2d", "kpu 2; kmodel 1") {
  if (!at.supported()) blame({}, {}, {}, name_of(at.layer));
}

INCUSE_KPU_RULE(OneLayer, one_source, error, "a layer of the KPU reads one tensor",
                "let software concatenate the tensors, or end the network in front of the Concat", "kpu 2") {
  if (at.layer.sources.size > 1 && !at.combines()) blame(at.layer.sources.size, 1);
}

INCUSE_KPU_RULE(OneLayer, reshaped_input, error, "the KPU cannot read a tensor in another shape",
                "leave the view out, or let software copy the tensor", "kpu 4") {
  if (at.layer.in_channels > 0 || at.layer.in_extent != Extent{0, 0}) blame();
}

INCUSE_KPU_RULE(OneLayer, kernel_size, error, "a kernel of the KPU is 1x1 or 3x3",
                "put several 3x3 convolutions one behind the other", "kpu 2") {
  const Extent k = at.layer.kernel;
  if (at.convolves() && k != Extent{1, 1} && k != Extent{3, 3}) blame(k, Extent{3, 3});
}

INCUSE_KPU_RULE(OneLayer, kernel_padding, error, "3x3 kernels have one ring of padding on the KPU, 1x1 kernels none",
                "use pad<1> with kernel<3>, and crop in software what a convolution without padding leaves out",
                "kpu 2, 9; pitfalls 13") {
  const Extent k = at.layer.kernel;
  const Extent only = k == Extent{3, 3} ? Extent{1, 1} : Extent{0, 0};
  if (at.convolves() && (k == Extent{1, 1} || k == Extent{3, 3}) && at.layer.padding != only)
    blame(at.layer.padding, only, "this kernel");
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
                "every second pixel",
                "kpu 2") {
  if (at.shaped() && pools(at.layer) && !pool_for(at.layer).exists) blame(at.layer.pool);
}

INCUSE_KPU_RULE(OneLayer, activation_function, error, "the KPU cannot compute Abs exactly",
                "use ReLU, or let software take the magnitudes", "kpu 7, step 5: negative slopes") {
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
  if (had_input && (l.pooled.height < 1 || l.pooled.width < 1)) blame(l.pooled);
}

INCUSE_KPU_RULE(OneLayer, other_placement, warning, "processors, offsets and streaming mean nothing to the KPU",
                "leave place<> and streaming out", "kpu 4") {
  if (at.layer.placement.given() || at.layer.streaming) blame();
}

// Layers of the KPU --------------------------------------------------------------------------------------------------

INCUSE_KPU_RULE(OneStep, channels, error, "the number of channels is out of range", "use fewer channels", "kpu 3") {
  const int most = at.device.max_channels;
  if (!within(at.layer.in.channels, 1, most)) blame(at.layer.in.channels, most);
  if (!within(at.layer.out_channels, 1, most)) blame(at.layer.out_channels, most);
}

INCUSE_KPU_RULE(OneStep, width, error, "the width of the input is out of range",
                "pad narrow maps to 4 columns, cut wide ones into parts", "kpu 3") {
  if (!within(at.layer.in.width, at.device.min_width, at.device.max_width))
    blame(at.layer.in.width, Quantity::range(at.device.min_width, at.device.max_width));
}

INCUSE_KPU_RULE(OneStep, height, error, "the height of the input is out of range",
                "pad low maps to 4 rows, cut high ones into parts", "kpu 3") {
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
                "use fewer channels, or split the layer into two that write parts of the output",
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
  if (at.layer.activation == Activation::function) blame();
}

INCUSE_KPU_RULE(ParameterCount, parameter_count, error, "there are real parameters for another number of layers",
                "give one entry per weighted layer, in the order of the layers", "k210/real_networks.hpp") {
  if (at.given != at.weighted_layers) blame(at.weighted_layers, at.given, "the parameter type");
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
    if (!at.maps[i].placed()) return blame({at.maps[i].lines, "lines"});
}

INCUSE_KPU_RULE(StepWords, argument_field, error, "a value does not fit its field of the layer words",
                "use smaller maps, fewer channels or smaller constants", "kpu 5") {
  if (const Argument* overflow = overflow_of(at.arguments))
    blame(at.arguments.*overflow->value, Quantity::range(overflow->lowest(), overflow->highest()), "the field",
          overflow->name);
}

}  // namespace incuse

namespace incuse::k210 {

inline constexpr CheckedRule<OneLayer> layer_rules[] = {
    INCUSE_CHECKED_RULE_ROW(not_on_kpu),      INCUSE_CHECKED_RULE_ROW(one_source),
    INCUSE_CHECKED_RULE_ROW(reshaped_input),  INCUSE_CHECKED_RULE_ROW(kernel_size),
    INCUSE_CHECKED_RULE_ROW(kernel_padding),  INCUSE_CHECKED_RULE_ROW(kernel_stride),
    INCUSE_CHECKED_RULE_ROW(kernel_dilation), INCUSE_CHECKED_RULE_ROW(kernel_groups),
    INCUSE_CHECKED_RULE_ROW(pooling_window),  INCUSE_CHECKED_RULE_ROW(activation_function),
    INCUSE_CHECKED_RULE_ROW(wide_output),     INCUSE_CHECKED_RULE_ROW(output_shift),
    INCUSE_CHECKED_RULE_ROW(nothing_left),    INCUSE_CHECKED_RULE_ROW(other_placement),
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
inline constexpr CheckedRule<OneLayer> byte_rules[] = {INCUSE_CHECKED_RULE_ROW(real_function)};
inline constexpr CheckedRule<ParameterCount> count_rules[] = {INCUSE_CHECKED_RULE_ROW(parameter_count)};
inline constexpr CheckedRule<StepParameters> parameter_rules[] = {INCUSE_CHECKED_RULE_ROW(quantisation)};
inline constexpr CheckedRule<WholePlan> plan_rules[] = {INCUSE_CHECKED_RULE_ROW(live_maps),
                                                        INCUSE_CHECKED_RULE_ROW(no_gap)};

/// Calls `visit(rule)` for every rule of the chip.
template <class Visit>
constexpr void for_each_rule(Visit&& visit) {
  const auto visit_all = [&](const auto& list) {
    for (const auto& row : list) visit(*row.rule);
  };
  visit_all(layer_rules);
  visit_all(step_rules);
  visit_all(plan_rules);
  visit_all(word_rules);
  visit_all(value_rules);
  visit_all(byte_rules);
  visit_all(count_rules);
  visit_all(parameter_rules);
}

/// Violations of one layer of the KPU, wherever it comes from.
constexpr Findings check(const KpuLayer& layer, const Device& device, const KpuAddresses& at = {}) {
  Findings found;
  apply(step_rules, {layer, device, at.sends_output}, {found});
  if (!found.ok()) return found;  // the words are built from sizes that make sense
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

/// What a graph breaks before it is planned. Nothing else makes sense where this finds errors.
template <int N>
constexpr Findings check_layers(const Graph<N>& graph, const Device& device) {
  Findings found;
  for (int i = 0; i < graph.size; ++i) apply(layer_rules, {graph[i], device}, {found, i, graph[i].name});
  return found;
}

/// All violations of a planned network but those of its values, found at once. Layers are the author's.
template <int N>
constexpr Findings check(const Graph<N>& graph, const Plan<N>& plan, const Device& device) {
  Findings found = check_layers(graph, device);
  if (!found.ok()) return found;
  for (int i = 0; i < plan.graph.size; ++i) {
    const KpuStep& step = plan.graph[i];
    const int author = step.author_layer;
    apply(step_rules, {step.layer, device, i + 1 == plan.graph.size}, {found, author, graph[author].name});
  }
  if (!found.ok()) return found;
  apply(plan_rules, {plan.maps, plan.graph.size, plan.needed_lines, device}, {found});
  return found;
}

/// The plan of a network, or an empty one where planning makes no sense.
template <int N>
constexpr Plan<N> plan_if_possible(const Graph<N>& graph, const Device& device) {
  return graph.size > 0 && check_layers(graph, device).ok() ? plan(graph, device) : Plan<N>{};
}

}  // namespace incuse::k210

#undef INCUSE_KPU_RULE
