// Rules about the layers of the KPU: their sizes, the words that describe them, and their values. See rules.hpp.
#pragma once

#include <incuse/k210/rules/subjects.hpp>

namespace incuse {

INCUSE_KPU_RULE(OneStep, channels, error, "the number of channels is out of range", "use fewer channels", "kpu 3") {
  const int most = at.device.max_channels;
  if (!at.reads_kpu && !within(at.layer.in.channels, 1, most)) blame(at.layer.in.channels, most);
  if (!at.layer.depthwise && !within(at.layer.out_channels, 1, most)) blame(at.layer.out_channels, most);
}

INCUSE_KPU_RULE(OneStep, map_size, error, "the input is smaller than 4x4",
                "pool less, or use a larger input; single values become maps by AddPadding<>", "kpu 3") {
  if (!at.reads_kpu && at.is_tiny()) blame(at.layer.in.extent(), Extent{at.device.min_height, at.device.min_width});
}

INCUSE_KPU_RULE(OneStep, width, error, "the width of the input is out of range",
                "pool less, or use an input of another width; single values become maps by AddPadding<>", "kpu 3") {
  if (!at.reads_kpu && !at.is_tiny() && !within(at.layer.in.width, at.device.min_width, at.device.max_width))
    blame(at.layer.in.width, Quantity::range(at.device.min_width, at.device.max_width));
}

INCUSE_KPU_RULE(OneStep, height, error, "the height of the input is out of range",
                "pool less, or use an input of another height; single values become maps by AddPadding<>", "kpu 3") {
  if (!at.reads_kpu && !at.is_tiny() && !within(at.layer.in.height, at.device.min_height, at.device.max_height))
    blame(at.layer.in.height, Quantity::range(at.device.min_height, at.device.max_height));
}

INCUSE_KPU_RULE(OneStep, output_size, error, "the output is smaller than 4x4", "pool less, or use a larger input",
                "kpu 3") {
  const Shape out = at.out(), in = at.layer.in;
  const int least = at.device.min_output;
  if (in.height < least || in.width < least) return;  // map_size, width or height reports it
  if (out.height < least || out.width < least) blame(out.extent(), Extent{least, least});
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
  const long long bytes = at.out().all_pixels();
  if (at.sends_output && bytes > at.device.max_channel_bytes) blame({bytes, "bytes"}, at.device.max_channel_bytes);
}

INCUSE_KPU_RULE(OneStep, layer_memory, error, "input and output of a layer do not fit into AI RAM together",
                "use a smaller map or fewer channels, or pool in the same layer", "kpu 3; pitfalls 29") {
  const long long lines = at.in_lines() + at.out_lines();
  if (lines > at.device.ram_lines) blame({lines, "lines"}, at.device.ram_lines);
}

INCUSE_KPU_RULE(StepWords, argument_field, error, "a value does not fit its field of the layer words",
                "use smaller maps, fewer channels or smaller constants", "kpu 5") {
  if (const Argument* overflow = overflow_of(at.arguments))
    blame(at.arguments.*overflow->value, Quantity::range(overflow->lowest(), overflow->highest()), "the field",
          overflow->name);
}

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

}  // namespace incuse

namespace incuse::k210 {

/// About every layer of the KPU.
inline constexpr CheckedRule<OneStep> step_rules[] = {
    INCUSE_RULE_ROW(channels),
    INCUSE_RULE_ROW(map_size),
    INCUSE_RULE_ROW(width),
    INCUSE_RULE_ROW(height),
    INCUSE_RULE_ROW(output_size),
    INCUSE_RULE_ROW(depthwise_channels),
    INCUSE_RULE_ROW(depthwise_pooling),
    INCUSE_RULE_ROW(load_size),
    INCUSE_RULE_ROW(load_count),
    INCUSE_RULE_ROW(streamed_channel),
    INCUSE_RULE_ROW(layer_memory),
};

/// About a layer's words.
inline constexpr CheckedRule<StepWords> word_rules[] = {
    INCUSE_RULE_ROW(argument_field),
};

/// About a layer with its weights and tables.
inline constexpr CheckedRule<StepValues> value_rules[] = {
    INCUSE_RULE_ROW(accumulator_bits),
    INCUSE_RULE_ROW(batch_norm_bits),
};

}  // namespace incuse::k210
