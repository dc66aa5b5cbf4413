// Rules about operators: kernels, strides, padding, groups and dilation. See rules.hpp.
#pragma once

#include <incuse/max7800x/rules/advice.hpp>

namespace incuse {

INCUSE_RULE(OneLayer, processor_layer, error, "a deployment on this chip has no layers of the processor",
            "end the network in front of the layer, or leave on_cpu out where the accelerator has such a layer",
            "device 4") {
  if (at.layer.on_cpu) blame();
}

INCUSE_RULE(OneLayer, padding_value, error, "the chip pads with zeros", "leave pad_value<> out",
            "registers: no field holds another value") {
  if (at.layer.pad_value != 0) blame();
}

INCUSE_RULE(OneLayer, kernel_size, error, "a Conv2d kernel has to be 1x1 or 3x3",
            "put several 3x3 convolutions one behind the other", "checks Y22; device 4") {
  const Extent k = at.layer.kernel;
  if (at.is(Operator::conv2d) && k != Extent{1, 1} && k != Extent{3, 3})
    blame(k, Extent{3, 3}, advice::chain_of_kernels("3x3 kernels that reach as far", k, max_of(k.height, k.width), 3));
}

INCUSE_RULE(OneLayer, kernel_length, error, "a Conv1d kernel has to have 1 to 9 taps",
            "put several convolutions one behind the other, or dilate a shorter one", "checks Y22; device 4") {
  if (at.is(Operator::conv1d) && !at.device.folds_columns() && !within(at.layer.kernel.height, 1, 9))
    blame(at.layer.kernel.height, 9,
          advice::chain_of_kernels("shorter kernels that reach as far", at.layer.kernel.height, at.layer.kernel.height,
                                   9));
}

INCUSE_RULE(OneLayer, transposed_kernel, error, "a ConvTranspose2d kernel has to be 3x3", "use a 3x3 kernel",
            "checks Y22; device 4") {
  if (at.is(Operator::conv_transpose2d) && at.layer.kernel != Extent{3, 3}) blame(at.layer.kernel, Extent{3, 3});
}

INCUSE_RULE(OneLayer, linear_kernel, error, "a Linear layer has no kernel", "use Conv2d", "checks Y21") {
  if (at.is(Operator::linear) && at.layer.kernel != Extent{1, 1}) blame(at.layer.kernel, Extent{1, 1});
}

INCUSE_WARNING(
    OneLayer, linear_map, "a Linear layer in front of which nothing flattens its map gives a map again",
    "put Flatten in front of it, in a description flatten: true; or, if every pixel is meant, write a Conv2d with "
    "a 1x1 kernel",
    "network-description 4") {
  const bool on_map = at.shaped() && !at.layer.flatten && at.layer.pooled.extent() != Extent{1, 1};
  if (at.is(Operator::linear) && on_map && at.layer.kernel == Extent{1, 1}) blame(at.layer.out);
}

INCUSE_WARNING(OneLayer, conv1d_map, "a Conv1d reads the rows of a map one behind the other, as one long row",
               "write a Conv2d; or, if that is meant, view<channels, length>, in a description in_dim",
               "network-description 4") {
  const Layer& l = at.layer;
  const bool alone = at.is(Operator::conv1d) && at.shaped() && l.sources.size == 1 && l.in_extent == Extent{0, 0};
  if (alone && at.source(l.sources[0]).width > 1) blame({}, at.source(l.sources[0]), "the tensor in front");
}

INCUSE_RULE(OneLayer, convolution_stride, error, "a convolution has stride 1, a ConvTranspose2d stride 2",
            "pool in front of the convolution to reduce the size", "checks Y23, I20; device 4") {
  const int only = at.is(Operator::conv_transpose2d) ? 2 : 1;
  if (at.layer.one_dimensional() && at.device.folds_columns()) return;  // column_rows reports it
  // The stride of layers that pool has to stay 1 too: the pooling window has its own.
  if (at.layer.stride != Extent{only, at.layer.one_dimensional() ? 1 : only})
    blame(at.layer.stride, at.layer.one_dimensional() ? Extent{only, 1} : Extent{only, only});
}

INCUSE_RULE(OneLayer, padding_range, error, "padding is 0, 1 or 2", "pad less, or pad the training data",
            "checks Y17, I24, H15; device 4") {
  if (at.layer.one_dimensional() && at.device.folds_columns() && at.layer.padding.height >= 0) return;
  if (!within(at.layer.padding, 0, at.device.max_padding))
    blame(at.layer.padding, at.device.max_padding,
          advice::nearest("the nearest padding", at.layer.padding, 0, at.device.max_padding));
}

INCUSE_RULE(OneLayer, padding_kernel, error, "padding has to be smaller than the kernel",
            "pad less, or use a larger kernel", "checks I25") {
  const Extent p = at.layer.padding, k = at.layer.kernel;
  const bool too_much = p.height >= k.height || (at.two_dimensional() && p.width >= k.width);
  const bool folded = at.layer.one_dimensional() && at.device.folds_columns();  // padding_range leaves it alone
  if (at.layer.weighted() && too_much && (folded || within(p, 0, at.device.max_padding)) && within(k, 1, 1 << 20))
    blame(advice::kernel_around(p), k, "the kernel", {}, advice::padding_inside(at, p, k));
}

INCUSE_RULE(OneLayer, output_padding, error, "output padding is 1 for ConvTranspose2d and 0 for all others",
            "leave it out", "checks H15, H16") {
  const int only = at.is(Operator::conv_transpose2d) ? 1 : 0;
  if (at.layer.output_padding != only) blame(at.layer.output_padding, only);
}

INCUSE_RULE(OneLayer, groups_divide, error,
            "the number of groups is 1, or that of the input's and the output's channels",
            "correct the number of groups", "checks H17") {
  if (!at.shaped() || at.groups_divide()) return;
  const int asked = at.layer.groups, in = at.layer.in.channels, out = at.layer.out.channels;
  const bool show_output = asked == in || (asked > 0 && in % asked == 0 && out % asked != 0);
  const int possible = at.device.convolution_groups && in == out ? in : 1;
  blame(asked, show_output ? out : in, show_output ? Text("the output") : Text("the input"), {},
        Advice{.change = "groups", .from = asked, .to = possible});
}

INCUSE_RULE(OneLayer, convolution_groups, error, "this chip has no convolution in groups",
            "use an ordinary convolution, or a chip with depth-wise convolution", "checks D1; device 4") {
  if (at.layer.groups != 1 && at.groups_divide() && !at.device.convolution_groups) blame(at.layer.groups, 1);
}

INCUSE_RULE(
    OneLayer, column_rows, error,
    "this chip reads the values of a Conv1d as rows of a square kernel: kernel, stride, padding and length have "
    "to be whole rows",
    "use the numbers that are named, and a multiple of the row for padding and length", "ai84 4, 5, 9") {
  const Layer& l = at.layer;
  const int row = at.device.column_rows;
  if (row == 1 || !l.one_dimensional()) return;
  const auto rest = [&](int value) { return value % row != 0; };
  if (l.kernel.height != row * row) return blame(l.kernel.height, row * row, {}, "the kernel");
  if (l.stride.height != row) return blame(l.stride.height, row, {}, "the stride");
  if (rest(l.padding.height)) return blame(l.padding.height, row, {}, "the padding");
  const bool pools = l.pools() && !at.network.options.vendor_stream;  // column_pooling reports it
  if (at.shaped() && !pools && l.pooled.height > 0 && rest(l.pooled.height))
    return blame(l.pooled.height, row, {}, "the pooled length");
}

INCUSE_RULE(OneLayer, column_pooling, error,
            "this chip cannot pool in front of a Conv1d, whose values it reads in rows",
            "leave the pooling out, or take what the vendor makes of it: the option vendor_stream, with the flag "
            "--no-proof",
            "ai84 11") {
  const bool folded = at.layer.one_dimensional() && at.device.folds_columns();
  if (folded && at.layer.pools() && !at.network.options.vendor_stream) blame(at.layer.pool.height, 1);
}

INCUSE_RULE(OneLayer, dilation_operator, error, "only Conv1d can be dilated", "use dilation 1", "checks H10") {
  if (!at.is(Operator::conv1d) && at.layer.dilation != Extent{1, 1}) blame(at.layer.dilation, Extent{1, 1});
}

INCUSE_RULE(OneLayer, dilation_range, error, "the dilation is out of range", "dilate less", "checks H12; device 4") {
  if (at.is(Operator::conv1d) && !within(at.layer.dilation.height, 1, at.device.max_dimension - 1))
    blame(at.layer.dilation.height, at.device.max_dimension - 1, advice::nearest_dilation(at));
}

INCUSE_RULE(OneLayer, dilation_one_tap, error, "a kernel with one tap cannot be dilated", "use dilation 1",
            "checks H11") {
  if (at.is(Operator::conv1d) && at.layer.kernel.height == 1 && at.layer.dilation.height > 1)
    blame(at.layer.dilation.height, 1);
}

INCUSE_RULE(OneLayer, dilation_taps, error, "a Conv1d that spans more than 9 values has at most 3 taps",
            "use fewer taps or a smaller dilation", "checks H12") {
  if (folds_rows(at.layer) && at.layer.kernel.height > 3)
    blame(at.layer.kernel.height, 3, advice::smaller_dilation(at.layer));
}

INCUSE_RULE(OneLayer, dilation_padding, error, "a Conv1d that spans more than 9 values has no padding",
            "use pad<0> or a smaller dilation", "checks H12") {
  if (folds_rows(at.layer) && at.layer.padding.height > 0)
    blame(at.layer.padding.height, 0, advice::smaller_dilation(at.layer));
}

INCUSE_RULE(OneLayer, dilation_alone, error,
            "a Conv1d that spans more than 9 values does not pool, combine operands, flatten or stream",
            "do that in a layer of its own, or use a smaller dilation", "checks H12") {
  const Layer& l = at.layer;
  if (folds_rows(at.layer) && (l.pools_or_strides() || l.operands != 1 || l.flatten || l.streaming)) blame();
}

}  // namespace incuse

namespace incuse::max7800x {

/// Applied to every layer: see layers.hpp.
inline constexpr CheckedRule<OneLayer> operator_rules[] = {
    INCUSE_RULE_ROW(processor_layer),
    INCUSE_RULE_ROW(padding_value),
    INCUSE_RULE_ROW(kernel_size),
    INCUSE_RULE_ROW(kernel_length),
    INCUSE_RULE_ROW_ABOUT(transposed_kernel, bit_of(Feature::transposed)),
    INCUSE_RULE_ROW_ABOUT(linear_kernel, bit_of(Feature::linear)),
    INCUSE_RULE_ROW_ABOUT(linear_map, bit_of(Feature::linear)),
    INCUSE_RULE_ROW(conv1d_map),
    INCUSE_RULE_ROW(convolution_stride),
    INCUSE_RULE_ROW(padding_range),
    INCUSE_RULE_ROW(padding_kernel),
    INCUSE_RULE_ROW(output_padding),
    INCUSE_RULE_ROW(groups_divide),
    INCUSE_RULE_ROW(convolution_groups),
    INCUSE_RULE_ROW(column_rows),
    INCUSE_RULE_ROW(column_pooling),
    INCUSE_RULE_ROW_ABOUT(dilation_operator, bit_of(Feature::dilation)),
    INCUSE_RULE_ROW_ABOUT(dilation_range, bit_of(Feature::dilation)),
    INCUSE_RULE_ROW_ABOUT(dilation_one_tap, bit_of(Feature::dilation)),
    INCUSE_RULE_ROW_ABOUT(dilation_taps, bit_of(Feature::dilation)),
    INCUSE_RULE_ROW_ABOUT(dilation_padding, bit_of(Feature::dilation)),
    INCUSE_RULE_ROW_ABOUT(dilation_alone, bit_of(Feature::dilation)),
};

}  // namespace incuse::max7800x
