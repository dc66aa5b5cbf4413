// Rules about the layers of the model, before they become those of the KPU and of the processor. See rules.hpp.
#pragma once

#include <incuse/k210/rules/subjects.hpp>

namespace incuse {

INCUSE_KPU_RULE(OneLayer, not_on_kpu, error, "the KPU has no layer of this kind",
                "let the processor run it with the option on_cpu; a Linear can also be Conv2d<..., kernel<1>> between "
                "AddPadding<> and RemovePadding<>",
                "kpu 2; kmodel 1") {
  if (!at.supported() && !at.is_nowhere()) blame({}, {}, {}, name_of(at.layer));
}

INCUSE_KPU_RULE(OneLayer, transposed_convolution, error, "the KPU has no transposed convolutions",
                "let the processor run it, on real numbers, with the option on_cpu, or put Upsample<2>, Upload<> and a "
                "Conv2d with kernel<3> and pad<1> one behind the other",
                "kpu 2; kmodel 2") {
  if (at.layer.op == Operator::conv_transpose2d && at.on_kpu()) blame();
}

INCUSE_KPU_RULE(
    OneLayer, one_dimensional, error, "neither the KPU nor the processor has one-dimensional convolutions",
    "use Conv2d on an input of 4 rows or more: kernels with zeros in the upper and the lower row do the same",
    "kpu 2; kmodel 1") {
  if (at.layer.op == Operator::conv1d) blame();
}

INCUSE_KPU_RULE(OneLayer, element_operation, error, "the processor adds tensors, and has no other such operation",
                "use Combine<> behind Dequantize<>, or turn the signs of the weights that make the operand and use Add "
                "with on_cpu",
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
                "leave the view out, and put Reshape<> in front of the layer", "kpu 4") {
  if (at.layer.in_channels > 0 || at.layer.in_extent != Extent{0, 0}) blame();
}

INCUSE_KPU_RULE(OneLayer, cropped_input, error, "neither the KPU nor the processor reads a part of a tensor",
                "leave the crop out, and put Crop<> in front of the layer", "kpu 4") {
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
                "use pad<1> with kernel<3>, and none with kernel<1>; Crop<1, 1, 1, 1> and Upload<> behind the layer "
                "cut off the ring "
                "of outputs that pad<1> adds",
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

INCUSE_KPU_RULE(
    OneLayer, kernel_stride, error, "a convolution of the KPU has stride 1",
    "put MaxPool2d<1, stride<2>> behind it, or stride<4>: that is what strides 2 and 4 compute; there is no other",
    "kpu 2, 9") {
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

INCUSE_KPU_RULE(OneLayer, kernel_bypass, error, "neither the KPU nor the processor can bypass a kernel",
                "leave bypass out, and use weights of 1", "kpu 2") {
  if (at.layer.bypass) blame();
}

INCUSE_KPU_RULE(OneLayer, pooling_window, error, "the KPU does not pool like this",
                "use 2x2 with stride 2, 4x4 with stride 4, 2x2 with stride<1> and same_padding, or Subsample2d for "
                "every second pixel; or pool on the processor, undilated, with on_cpu, and put Upload<> behind it",
                "kpu 2; kmodel 1") {
  if (at.pools_otherwise() && at.layer.pooling != Pooling::average) blame(at.layer.pool);
}

INCUSE_KPU_RULE(OneLayer, average_window, error, "the KPU does not take means like this",
                "use 2x2 with stride 2, 4x4 with stride 4, or 2x2 with stride<1> and same_padding; or Dequantize<>, "
                "pooling on_cpu, undilated and without same_padding, Quantize<> and Upload<>",
                "kpu 2; kmodel 1") {
  if (at.pools_otherwise() && at.layer.pooling == Pooling::average) blame(at.layer.pool);
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
  const int most = at.device.max_shift;
  if (at.layer.weighted() && !within(at.layer.total_shift(), -most, most))
    blame(at.layer.total_shift(), Quantity::range(-most, most));
}

INCUSE_KPU_RULE(OneLayer, nothing_left, error, "nothing is left after pooling", "pool less, or use a larger input",
                "kpu 2") {
  const Layer& l = at.layer;
  const bool had_input = l.in.exists();
  if (!had_input) return;
  if (!l.pooled.extent().exists()) return blame(least_unpooled(l), l.in.extent(), "the input");
  const bool has_own_rule = l.software == Software::combine || l.software == Software::space_to_depth ||
                            l.software == Software::depth_to_space;
  if (!l.on_cpu || has_own_rule || l.out.exists()) return;
  if (!l.weighted()) return blame({}, l.in, "the input");
  blame(least_pooled(l), l.pooled.extent(), l.pools() ? "the pooled input" : "the input");
}

INCUSE_KPU_RULE(OneLayer, other_placement, warning, "processors, offsets and streaming mean nothing to the KPU",
                "leave place<> and streaming out", "kpu 4") {
  if (at.layer.placement.anything_given() || at.layer.streaming) blame();
}

INCUSE_KPU_RULE(OneLayer, no_early_exit, error, "the KPU cannot end an inference early",
                "deploy FirstStage<Net> and SecondStage<Net> (model/stages.hpp), and let the program decide between "
                "them",
                "kpu 2") {
  if (at.layer.may_exit()) blame();
}

INCUSE_KPU_RULE(InputLayout, input_layout, warning, "the KPU has one layout of maps", "leave hwc and chw out",
                "kpu 4") {
  if (at.format != DataFormat::automatic) blame();
}

}  // namespace incuse

namespace incuse::k210 {

/// About every layer.
inline constexpr CheckedRule<OneLayer> layer_rules[] = {
    INCUSE_RULE_ROW(not_on_kpu),      INCUSE_RULE_ROW(transposed_convolution),
    INCUSE_RULE_ROW(one_dimensional), INCUSE_RULE_ROW(element_operation),
    INCUSE_RULE_ROW(one_source),      INCUSE_RULE_ROW(reshaped_input),
    INCUSE_RULE_ROW(cropped_input),   INCUSE_RULE_ROW(rolling_buffer),
    INCUSE_RULE_ROW(kernel_size),     INCUSE_RULE_ROW(kernel_padding),
    INCUSE_RULE_ROW(pad_value_alone), INCUSE_RULE_ROW(kernel_stride),
    INCUSE_RULE_ROW(kernel_dilation), INCUSE_RULE_ROW(kernel_groups),
    INCUSE_RULE_ROW(kernel_bypass),   INCUSE_RULE_ROW(pooling_window),
    INCUSE_RULE_ROW(average_window),  INCUSE_RULE_ROW(activation_function),
    INCUSE_RULE_ROW(wide_output),     INCUSE_RULE_ROW(output_shift),
    INCUSE_RULE_ROW(nothing_left),    INCUSE_RULE_ROW(other_placement),
};

/// About the layers of early exits, to which no other rule is applied.
inline constexpr CheckedRule<OneLayer> exit_rules[] = {
    INCUSE_RULE_ROW(no_early_exit),
};

/// About the network's input.
inline constexpr CheckedRule<InputLayout> layout_rules[] = {
    INCUSE_RULE_ROW(input_layout),
};

}  // namespace incuse::k210
