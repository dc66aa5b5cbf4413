// Rules about parameters, and about options that some kinds of them do not know. See rules.hpp.
#pragma once

#include <incuse/k210/rules/subjects.hpp>

namespace incuse {

INCUSE_KPU_RULE(OneLayer, real_function, error, "signed bytes know no other activation function than ReLU",
                "give the network real parameters (real_layers), or use ReLU", "quantisation 1") {
  if (at.on_kpu() && at.layer.activation == Activation::function) blame();
}

INCUSE_KPU_RULE(
    OneLayer, byte_batch_norm, error, "signed bytes know no batch norm",
    "fold it into weights and bias before they are quantised and leave BatchNorm2d out, or give the network "
    "real parameters (real_layers)",
    "quantisation 1; max7800x-training 5") {
  if (at.on_kpu() && at.layer.batch_norm) blame();
}

INCUSE_KPU_RULE(OneLayer, pad_byte, error, "the value of the padding is no signed byte",
                "give pad_value<> a whole number of that range, or the network real parameters (real_layers)",
                "kpu 2") {
  const float value = at.layer.pad_value;
  const int whole = value > -1000 && value < 1000 ? static_cast<int>(value) : 1000;
  if (static_cast<float>(whole) != value || !within(whole, -128, 127)) blame(whole, Quantity::range(-128, 127));
}

INCUSE_KPU_RULE(OneLayer, one_range, error, "signed bytes have one range only: there is nothing to requantise",
                "leave Requantize<> out, or give the network real parameters (real_layers)", "quantisation 1") {
  if (at.does(Task::requantize)) blame();
}

INCUSE_KPU_RULE(
    OneLayer, tables_only, error, "only the tables of an imported kmodel have the numbers of this layer",
    "let Conv2d with on_cpu and Combine<> read real numbers, from Dequantize<>, give Combine<> two tensors and "
    "Apply<> an activation function",
    "kmodel 2") {
  const bool constant = at.does(Task::combine) && at.layer.with.shape != Shape{};
  const bool program = at.does(Task::apply) && at.layer.activation == Activation::none;
  if (constant || program || at.does(Task::quantized_convolution) || at.does(Task::quantized_combine))
    blame({}, {}, {}, description_of(at.reading.task).name);
}

INCUSE_KPU_RULE(OneLayer, table_option, error, "the layer's tables say already what this option says",
                "leave it out, or give the network parameters that become tables (layers, real_layers)",
                "k210/tables/table_networks.hpp") {
  if (const Text option = at.decided_by_tables(); !option.empty()) blame({}, {}, {}, option);
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

INCUSE_KPU_RULE(StepParameters, lost_precision, warning,
                "the channels differ too much for the batch norm, which cannot keep them to one code",
                "put channels whose sums go far beyond the range into a layer of their own, or widen the range",
                "kpu 3, 6; quantisation 3") {
  if (at.problem.empty() && at.lost_codes > 1) blame({at.lost_codes, "codes of tolerance"});
}

INCUSE_KPU_RULE(StepParameters, range_without_zero, warning,
                "a range has to contain 0: from 0 to its far end, few codes are left for its own values",
                "subtract a constant from the values, which a bias or the next layer adds again, or accept the steps",
                "quantisation 1") {
  if (at.codes_inside < 128) blame({128, "codes"}, {at.codes_inside, "codes"}, "the range");
}

}  // namespace incuse

namespace incuse::k210 {

/// About every layer of a network of signed bytes.
inline constexpr CheckedRule<OneLayer> byte_rules[] = {
    INCUSE_RULE_ROW(real_function),
    INCUSE_RULE_ROW(byte_batch_norm),
    INCUSE_RULE_ROW(pad_byte),
    INCUSE_RULE_ROW(one_range),
};

/// About every layer of a network without the KPU's own tables.
inline constexpr CheckedRule<OneLayer> number_rules[] = {
    INCUSE_RULE_ROW(tables_only),
};

/// About every layer of a network with the KPU's own tables.
inline constexpr CheckedRule<OneLayer> table_rules[] = {
    INCUSE_RULE_ROW(table_option),
};

/// About all parameters together.
inline constexpr CheckedRule<ParameterCount> count_rules[] = {
    INCUSE_RULE_ROW(parameter_count),
};

/// About real parameters: the range of the input.
inline constexpr CheckedRule<InputRange> input_rules[] = {
    INCUSE_RULE_ROW(input_range),
};

/// About a concatenation of codes.
inline constexpr CheckedRule<JoinedCodes> joining_rules[] = {
    INCUSE_RULE_ROW(unlike_codes),
};

/// About a sum of codes.
inline constexpr CheckedRule<OneSum> sum_rules[] = {
    INCUSE_RULE_ROW(sum_shift),
};

/// About a layer with given tables.
inline constexpr CheckedRule<GivenStep> copy_rules[] = {
    INCUSE_RULE_ROW(copied_map),
};

/// About the real parameters of a layer.
inline constexpr CheckedRule<StepParameters> parameter_rules[] = {
    INCUSE_RULE_ROW(quantisation),
    INCUSE_RULE_ROW(lost_precision),
    INCUSE_RULE_ROW(range_without_zero),
};

}  // namespace incuse::k210
