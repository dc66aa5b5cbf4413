// Rules about single layers, looked at before anything is placed. See rules.hpp.
#pragma once

#include <incuse/max7800x/plan/execution_order.hpp>
#include <incuse/max7800x/plan/gathering.hpp>
#include <incuse/max7800x/rules/advice.hpp>
#include <incuse/max7800x/rules/early_exit.hpp>
#include <incuse/max7800x/rules/rolling_buffer.hpp>
#include <incuse/max7800x/unload.hpp>

namespace incuse {

// Sources -------------------------------------------------------------------------------------------------------------

INCUSE_RULE(OneLayer, source_order, error, "a layer reads its own output or a later one's",
            "let it read earlier layers only", "checks I16") {
  for (int source : at.layer.sources)
    if (!at.source_exists(source)) return blame(source, at.index - 1, "the network before it");
}

INCUSE_RULE(OneLayer, concatenated_channels, error, "a concatenated tensor does not fit behind those in front of it",
            "let the tensors have 64 channels together, each counted in fours, or fill a pass each",
            "memory 1; placement 4") {
  if (at.layer.elementwise != Elementwise::none || at.layer.sources.size < 2 || !at.shaped()) return;
  const Passes reads = passes_of(at.layer.in.channels, at.network.options.processors_per_pass);
  int before = 0, aligned = 0;
  for (int source : at.layer.sources) {
    const Shape shape = at.source(source);
    if (shape.extent() != at.source(at.layer.sources[0]).extent()) return;  // joined along the pixels, not the channels
    const int room = reads.count == 1 ? all_processors - aligned : reads.channels - before % reads.channels;
    if (!channel_member(shape.channels, before, aligned, reads).possible)
      return blame({shape.channels, "channels"}, {room, "channels"}, "the pass");
    before += shape.channels;
    aligned += round_up(shape.channels, processors_per_instance);
  }
}

INCUSE_RULE(OneLayer, concatenated_sizes, error, "concatenated tensors differ in size",
            "bring them to one size, or say with view<> of which image they are the pixels, one behind the other",
            "arithmetic 1; placement 4") {
  if (const Shape other = at.unlike_source(); other.channels > 0)
    blame(at.source(at.layer.sources[0]), other, "another one");
}

INCUSE_RULE(OneLayer, operand_shapes, error, "tensors that are combined element by element differ in shape",
            "bring the operands to one shape", "checks I17, Q10") {
  if (at.layer.elementwise == Elementwise::none) return;
  const Shape first = at.layer.sources.empty() ? Shape{} : at.source(at.layer.sources[0]);
  for (int source : at.layer.sources) {
    const Shape other = at.source(source);
    if (first.channels > 0 && other.channels > 0 && other != first) return blame(first, other, "another operand");
  }
}

INCUSE_RULE(OneLayer, crop_rows, error, "a layer leaves out all rows of its source, or fewer than none",
            "crop fewer rows", "arithmetic 1") {
  const Layer& l = at.layer;
  if (l.buffer_shift != 0) return;  // a shift crops what it drops
  for (int source : l.sources) {
    const int rows = at.source(source).height;
    const bool sound = l.crop_top >= 0 && l.crop_bottom >= 0;
    if (rows > 0 && (!sound || 1LL * l.crop_top + l.crop_bottom >= rows))
      return blame({1LL * l.crop_top + l.crop_bottom + 1, "rows"}, {rows, "rows"}, "the source");
  }
}

INCUSE_RULE(OneLayer, crop_input, error,
            "the network's first layer reads the whole input, and so do layers that stream",
            "crop the input before it is loaded, or in a layer behind these", "memory 2; placement 8") {
  if (at.layer.crops() && !at.layer.reads_buffer() && (at.index == 0 || at.layer.streaming)) blame();
}

INCUSE_RULE(OneLayer, crop_joined, error, "images that are joined one behind the other are read without a gap",
            "crop them in layers of their own", "placement 4") {
  if (!at.layer.crops() || at.layer.sources.size < 2) return;
  const Shape first = at.source(at.layer.sources[0]);
  for (int source : at.layer.sources)
    if (at.source(source).extent() != first.extent()) return blame(first, at.source(source), "another one");
}

INCUSE_RULE(OneLayer, reshape, error, "the layer reads a different number of values than its source delivers",
            "correct the layer's own input size", "checks I17, M8") {
  const Layer& l = at.layer;
  if (!within(l.operands, 1, max_operands) || at.unlike_source().channels > 0) return;
  const bool one_source_each = l.elementwise != Elementwise::none && l.sources.size > 1;
  long long delivered = 0;
  for (int source : l.sources) {
    const Shape shape = cropped(at.source(source), l);
    if (shape.channels < 1 || shape.height < 1 || shape.width < 1) return;
    if (delivered == 0 || !one_source_each) delivered += 1LL * shape.channels * shape.height * shape.width;
  }
  const long long read = 1LL * l.in.channels * l.in.height * l.in.width * (one_source_each ? 1 : l.operands);
  if (at.shaped() && read != delivered) blame(read, delivered, "the source");
}

INCUSE_RULE(OneLayer, reshaped_channels, error,
            "the chip cannot turn channels into pixels or pixels into channels: each channel has a memory of its own",
            "make a map of few values with a 1x1 Conv2d and ConvTranspose2d layers, values of a map with Flatten and "
            "Linear",
            "placement 2, 4; memory 1") {
  const Layer& l = at.layer;
  // With placement by hand it is allowed, as in the vendor's tool; `verify` checks then which channels the words hold.
  if (at.network.placed_by_hand || l.sources.size != 1 || l.operands != 1 || l.flatten || !at.shaped()) return;
  // The input is loaded as the first layer reads it.
  const bool input = l.sources[0] == network_input;
  if (input && at.index == 0) return;
  const Layer& first = at.network.layers[0];
  const bool loaded_so = input && first.sources.size == 1 && first.sources[0] == network_input && first.operands == 1;
  const Shape source = cropped(loaded_so ? first.in : at.source(l.sources[0]), l);
  const long long delivered = 1LL * source.channels * source.height * source.width;
  const bool as_many = delivered == 1LL * l.in.channels * l.in.height * l.in.width;
  if (as_many && source.channels != l.in.channels) blame(l.in, source, "the source");
}

INCUSE_WARNING(OneLayer, one_dimensional_data, "a 2-D operator reads the values that a Conv1d wrote",
               "use Conv1d, or give the layer a 2-D input size", "checks I19") {
  const Layer& l = at.layer;
  const bool two_dimensional = at.is(Operator::conv2d) || at.is(Operator::conv_transpose2d);
  if (!two_dimensional || l.in_extent != Extent{0, 0} || l.sources.empty()) return;
  const int source = l.sources[0];
  if (source >= 0 && source < at.index && at.network.layers[source].op == Operator::conv1d)
    blame(at.source(source).extent());
}

// Processors ----------------------------------------------------------------------------------------------------------

INCUSE_RULE(OneLayer, processor_layer, error, "a deployment on this chip has no layers of the processor",
            "end the network in front of the layer, or leave on_cpu out where the accelerator has such a layer",
            "device 4") {
  if (at.layer.on_cpu) blame();
}

// Operators -----------------------------------------------------------------------------------------------------------

INCUSE_RULE(OneLayer, padding_value, error, "the chip pads with zeros", "leave pad_value<> out",
            "registers: no field holds another value") {
  if (at.layer.pad_value != 0) blame();
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
  if (at.shaped() && l.pooled.height > 0 && rest(l.pooled.height))
    return blame(l.pooled.height, row, {}, "the pooled length");
}

INCUSE_RULE(OneLayer, column_pooling, error,
            "this chip cannot pool in front of a Conv1d, whose values it reads in rows",
            "pool in a 2-D layer, or with the option vendor_stream take what the vendor makes of it", "ai84 11") {
  const bool folded = at.layer.one_dimensional() && at.device.folds_columns();
  if (folded && at.layer.pools() && !at.network.options.vendor_stream) blame(at.layer.pool.height, 1);
}

INCUSE_RULE(OneLayer, dilation_operator, error, "only Conv1d can be dilated", "use dilation 1", "checks H10") {
  if (!at.is(Operator::conv1d) && at.layer.dilation != Extent{1, 1}) blame(at.layer.dilation, Extent{1, 1});
}

INCUSE_RULE(OneLayer, dilation_range, error, "the dilation is out of range", "dilate less", "checks H12; device 4") {
  if (at.is(Operator::conv1d) && !within(at.layer.dilation.height, 1, at.device.max_dimension - 1))
    blame(at.layer.dilation.height, at.device.max_dimension - 1,
          advice::nearest("the nearest dilation", at.layer.dilation.height, 1, at.device.max_dimension - 2));
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

// Pooling -------------------------------------------------------------------------------------------------------------

INCUSE_RULE(OneLayer, pool_size, error, "a pooling window has 1 to 16 rows and columns, dilation included",
            "pool in several layers", "device 4; registers 3.3") {
  const Extent pool = at.layer.pool, dilation = at.layer.pool_dilation;
  if (!within(pool, 1, at.device.max_pool)) return blame(pool, at.device.max_pool);
  if (!within(dilation, 1, at.device.max_pool)) return;  // pool_dilation reports it
  const Extent span{(pool.height - 1) * dilation.height + 1, (pool.width - 1) * dilation.width + 1};
  if (!within(span, 1, at.device.max_pool)) blame(span, at.device.max_pool);
}

INCUSE_RULE(OneLayer, pool_stride, error, "a pooling stride is 1 to 16", "pool in several layers",
            "device 4; registers 3.3") {
  const Extent stride = at.layer.pool_stride;
  // By default the stride is the window: then the rule above reports it.
  if (!within(stride, 1, at.device.max_pool_stride) && stride != at.layer.pool)
    blame(stride, at.device.max_pool_stride,
          advice::nearest("the nearest stride", stride, 1, advice::largest_stride(at.device)));
}

INCUSE_RULE(OneLayer, pool_sizes, error, "this chip has only some sizes and strides of pooling windows",
            "use 1, 2 or 4, in both directions, or pool in several layers", "ai84 1.1, 9") {
  const Layer& l = at.layer;
  const auto in = [](unsigned set, int most, Extent e) {  // sizes outside of the range are reported by other rules
    const bool rows = !within(e.height, 1, most) || (set >> e.height & 1) != 0;
    return rows && (!within(e.width, 1, most) || (set >> e.width & 1) != 0);
  };
  const bool size = in(at.device.pool_sizes, at.device.max_pool, l.pool);
  const bool stride = in(at.device.pool_strides, at.device.max_pool_stride, l.pool_stride);
  const bool one_axis = l.pools() && (l.pool.height == 1 || l.pool.width == 1) && at.two_dimensional();
  if (!size || (!at.device.pools_one_axis && one_axis)) return blame(l.pool, {}, {}, "the window");
  if (!stride) blame(l.pool_stride, {}, {}, "the stride");
}

INCUSE_RULE(OneLayer, pool_stride_alone, error, "this chip passes over pixels only where it pools",
            "pool windows of the stride's size, or leave the stride out", "ai84 9") {
  const Layer& l = at.layer;
  const bool possible = within(l.pool_stride, 1, at.device.max_pool_stride);  // else pool_stride reports it
  if (!at.device.pools_one_axis && !l.pools() && possible && l.pool_stride != Extent{1, 1})
    blame(l.pool_stride, Extent{1, 1}, "a layer that does not pool", {},
          Advice{.change = "the stride", .from = l.pool_stride, .to = Extent{1, 1}});
}

INCUSE_RULE(OneLayer, pool_stride_square, error, "the pooling stride of a 2-D layer is the same in both directions",
            "use a square pooling window, or give one stride", "checks I20; device 4") {
  const Extent s = at.layer.pool_stride;
  if (at.two_dimensional() && s.height != s.width) blame(s);
}

INCUSE_RULE(OneLayer, pool_kind, error, "this chip pools windows within their tensor, to their maximum or their mean",
            "leave out same_padding and pick_column; MaxPool2d<1, stride<2>> takes every second pixel", "device 4") {
  if (at.layer.pool_same || at.layer.pooling == Pooling::pick || at.layer.pool_column != 0) blame();
}

INCUSE_RULE(OneLayer, pool_dilation, error, "the chip does not dilate pooling windows so far",
            "use a smaller pool dilation, on most chips 1", "checks H20, D1; device 4") {
  const Extent dilation = at.layer.pool_dilation;
  const int most = at.device.pool_dilation ? at.device.max_pool : 1;
  if (!within(dilation, 1, most)) blame(dilation, most, advice::smaller_pool_dilation(at));
}

INCUSE_RULE(OneLayer, pool_in_passes, error, "pooling without a convolution handles at most 64 channels",
            "fuse the pooling with the convolution behind it, or pool to 1x1", "checks H14; device 4") {
  const long long most = at.device.max_pool_passes;
  if (at.shaped() && !at.layer.weighted() && at.layer.pools() && at.passes() > most &&
      at.layer.pooled.extent() != Extent{1, 1})
    blame(at.layer.in.channels, most * at.network.options.processors_per_pass);
}

INCUSE_RULE(OneLayer, pool_last_operands, error, "pooling behind an element-wise operation takes at most 2 operands",
            "pool first, or pool in a layer of its own", "checks H9; device 4") {
  if (!at.layer.pool_first && at.layer.pools() && at.layer.operands > at.device.max_operands_pool_last)
    blame(at.layer.operands, at.device.max_operands_pool_last);
}

INCUSE_RULE(OneLayer, pool_last_meaning, error, "pooling last needs both pooling and an element-wise operation",
            "leave the order out", "checks Y30") {
  if (!at.layer.pool_first && (!at.layer.pools() || !at.combines())) blame();
}

// Element-wise operations ---------------------------------------------------------------------------------------------

INCUSE_RULE(OneLayer, operand_count, error, "an element-wise operation has 2 to 16 operands, any other layer 1",
            "combine the tensors in several layers", "checks Y19; device 4") {
  const bool combines = at.layer.elementwise != Elementwise::none;
  const int most = combines ? max_operands : 1;
  if (!within(at.layer.operands, combines ? 2 : 1, most) || at.layer.sources.dropped > 0)
    blame(at.layer.operands + at.layer.sources.dropped, most);
}

INCUSE_RULE(OneLayer, operand_sources, error,
            "an element-wise operation names another number of tensors than it combines", "name one tensor per operand",
            "network-description 5") {
  const int sources = at.layer.sources.size;
  if (at.layer.elementwise != Elementwise::none && sources > 1 && sources != at.layer.operands)
    blame(at.layer.operands, sources, "the list of sources");
}

INCUSE_RULE(OneLayer, elementwise_conv1d, error, "an element-wise operation cannot be fused with Conv1d",
            "combine the tensors in a layer of its own", "checks H6") {
  if (at.is(Operator::conv1d) && at.combines()) blame(at.layer.operands, 1);
}

INCUSE_RULE(OneLayer, elementwise_bias, error,
            "this chip has no bias behind an element-wise operation and a convolution in one layer",
            "combine the tensors in a layer of its own, or leave the bias out", "checks H30; device 4") {
  if (at.layer.weighted() && at.combines() && at.layer.bias && !at.device.elementwise_convolution_bias) blame();
}

INCUSE_RULE(OneLayer, padded_passes, error, "this chip cannot pad a Conv1d that reads more than one pass",
            "use pad<0>, or fewer channels", "checks H7; device 4") {
  const bool padded = at.is(Operator::conv1d) && at.layer.padding.height > 0;
  if (at.shaped() && padded && at.passes() > 1 && !at.device.padded_conv1d_passes && !at.network.options.ignore_limits)
    blame(at.layer.in.channels, at.network.options.processors_per_pass);
}

INCUSE_RULE(OneLayer, parallel_channels, error,
            "a layer that computes four output channels at a time needs a multiple of 4 of them",
            "use another number of channels, or leave the option out", "memory 5.4") {
  const bool asked = at.layer.placement.parallel_outputs || at.network.options.asks_for(Feature::parallel_outputs);
  const bool parallel = asked && at.device.has(Feature::parallel_outputs);
  if (parallel && at.layer.weighted() && !at.layer.flatten && at.layer.out.channels % 4 != 0)
    blame(at.layer.out.channels, round_up(at.layer.out.channels, 4), "the next multiple");
}

INCUSE_RULE(OneLayer, read_gap_passes, error, "only a layer of one pass can pass over words that it reads",
            "leave the read gap out, or read fewer channels", "checks H19; device 4") {
  if (at.shaped() && at.device.has(Feature::read_gap) && at.layer.placement.read_gap != 0 && at.passes() > 1)
    blame(at.layer.in.channels, at.network.options.processors_per_pass);
}

INCUSE_RULE(OneLayer, elementwise_passes, error,
            "an element-wise operation on so many channels cannot be fused with pooling or convolution",
            "combine the tensors in a layer of its own", "checks H26; device 4") {
  const long long e = at.layer.operands, p = at.passes();
  if (!at.device.operands_as_rows) return;
  const bool fused = at.layer.weighted() || at.layer.pools_or_strides();
  if (at.shaped() && e > 1 && p > 1 && e * p != e + p && fused)
    blame(at.layer.in.channels, (e == 2 ? 2 : 1) * at.network.options.processors_per_pass);
}

// Layers without weights ----------------------------------------------------------------------------------------------

INCUSE_RULE(OneLayer, passthrough_padding, error, "only convolutions pad", "pad in the convolution behind the layer",
            "checks I26, H13") {
  if (!at.layer.weighted() && at.layer.padding != Extent{0, 0}) blame(at.layer.padding, 0);
}

INCUSE_RULE(OneLayer, passthrough_activation, error, "a layer without weights has no activation",
            "put the activation into the convolution in front", "checks I26, H13") {
  if (!at.layer.weighted() && at.layer.activation != Activation::none) blame();
}

INCUSE_RULE(OneLayer, table_activation, error, "this chip knows no activation functions but ReLU and Abs",
            "use one of them, or a chip with activation tables", "device 4") {
  if (at.layer.activation == Activation::function) blame();
}

INCUSE_RULE(OneLayer, batch_norm, error, "this chip has no batch norm",
            "fold it into weights and bias before they are quantised, as the training framework does, and leave "
            "BatchNorm2d out",
            "device 4; max7800x-training 5") {
  if (at.layer.batch_norm) blame();
}

INCUSE_RULE(OneLayer, passthrough_shift, error, "a layer without weights does not shift its output",
            "shift in the convolution in front", "checks H13") {
  if (!at.layer.weighted() && at.layer.output_shift != 0) blame(at.layer.output_shift, 0);
}

INCUSE_RULE(OneLayer, passthrough_wide, error, "a layer without weights has 8-bit output",
            "make the convolution in front the last layer", "checks H13") {
  if (!at.layer.weighted() && at.layer.wide) blame(32, 8);
}

// Sizes ---------------------------------------------------------------------------------------------------------------

INCUSE_RULE(OneLayer, empty_output, error, "nothing is left after pooling or convolution",
            "pool less, pad more, or use a larger input", "checks I21") {
  const Shape pooled = at.layer.pooled, out = at.layer.out;
  // Not all versions of the vendor's tool look at the output.
  const int least = at.network.options.vendor_stream ? at.device.vendor_least_output : 1;
  const bool empty = pooled.height < 1 || pooled.width < 1 || out.height < least || out.width < least;
  if (at.shaped() && empty) blame(at.layer.in, pooled.height < 1 || pooled.width < 1 ? pooled : out, "the result");
}

INCUSE_RULE(OneLayer, dimension, error, "a tensor has too many rows or columns", "use a smaller image",
            "checks I27; device 1") {
  const int most = at.device.max_dimension;
  const auto fits = [&](Shape s) { return s.height <= most && s.width <= most; };
  const bool in_fits = fits(at.layer.in);
  if (at.shaped() && !(in_fits && fits(at.layer.out)))
    blame((in_fits ? at.layer.out : at.layer.in).extent(), Extent{most, most},
          advice::smaller_image(in_fits ? at.layer.out : at.layer.in, most));
}

INCUSE_RULE(OneLayer, channels, error, "a layer has too many input or output channels, or none",
            "use at least one channel, and at most as many as the chip has", "checks H21, H31, I29; device 1") {
  const int in = at.layer.in.channels, out = at.layer.out.channels, most = at.device.max_channels;
  const bool wrong_input = !within(in, 1, most);
  // If the layer in front has no channels, that is reported there, and so is what has kept the shapes from being
  // inferred.
  const bool blamed = (at.index == 0 || at.layer.in_channels != 0 || in > 0) && at.layer.in != Shape{} &&
                      within(at.layer.operands, 1, max_operands);
  if (blamed && (wrong_input || !within(out, 1, most)))
    blame(wrong_input ? in : out, most,
          advice::equal_parts("equal parts, each in a layer of its own", wrong_input ? in : out, most));
}

INCUSE_RULE(OneLayer, one_pass, error, "the channels do not fit into the one pass that this chip has",
            "leave the option processors_per_pass out, or use fewer channels", "ai84 1.1, 4") {
  const int in = at.layer.in.channels, out = at.layer.out.channels, most = at.network.options.processors_per_pass;
  const int wider = max_of(in, out);
  if (at.shaped() && at.device.max_input_passes == 1 && wider > most && wider <= at.device.max_channels)
    blame(wider, most, "the option");
}

INCUSE_RULE(OneLayer, frame_size, error, "the input of a layer has too many values per processor",
            "use a smaller image or fewer channels", "checks H3; device 1") {
  const long long frame = 1LL * at.layer.in.height * at.layer.in.width * at.passes();
  if (at.shaped() && frame >= at.device.max_frame)
    blame(frame, at.device.max_frame - 1,
          advice::pooling_in_front(at.layer.in.extent(), (at.device.max_frame - 1) / at.passes()));
}

// Flatten -------------------------------------------------------------------------------------------------------------

INCUSE_RULE(OneLayer, flatten_pixels, error, "a flattened map has too many pixels", "pool more in front of the flatten",
            "checks I22; device 4") {
  const long long pixels = 1LL * at.layer.pooled.height * at.layer.pooled.width;
  if (at.shaped() && at.layer.flatten && pixels > at.device.max_flatten_pixels)
    blame(pixels, at.device.max_flatten_pixels,
          advice::pooling_in_front(at.layer.pooled.extent(), at.device.max_flatten_pixels));
}

INCUSE_RULE(OneLayer, flatten_alone, error, "a layer that flattens needs weights and neither pools nor streams",
            "pool in a layer in front", "checks H18; device 4") {
  if (at.layer.flatten && (!at.layer.weighted() || at.layer.pools_or_strides() || at.layer.streaming)) blame();
}

INCUSE_RULE(OneLayer, flatten_split, error,
            "in the vendor's stream, a flattened tensor has to divide evenly among passes and processors",
            "use a multiple of 4 channels for every pass, or leave the option vendor_stream out", "memory 5.4") {
  if (!at.layer.flatten || !at.shaped() || !within(at.layer.in.channels, 1, at.device.max_channels)) return;
  const Passes split = passes_of(at.layer.in.channels, at.network.options.processors_per_pass);
  const long long each = 1LL * at.layer.pooled.height * at.layer.pooled.width;
  const long long values = at.layer.in.channels * each;
  if (at.network.options.vendor_stream && (values % split.channels != 0 || values % split.count != 0))
    blame(values, 1LL * split.count * split.channels * each, "the share of the processors");
}

INCUSE_WARNING(OneLayer, flatten_useless, "a 1x1 map needs no flatten", "leave it out", "checks I23") {
  if (at.shaped() && at.layer.flatten && at.layer.pooled.extent() == Extent{1, 1}) blame();
}

// Arithmetic ----------------------------------------------------------------------------------------------------------

INCUSE_RULE(OneLayer, weight_bits, error, "weights have 1, 2, 4 or 8 bits", "choose one of these", "checks Y10") {
  const int b = at.layer.weight_bits;
  const int near = b < 2 ? 1 : b < 4 ? 2 : b < 7 ? 4 : 8;
  const int possible = at.device.has(Feature::narrow_weights) ? near : 8;
  if (at.layer.weighted() && b != near) blame(b, {}, advice::nearest("the nearest width", b, possible, possible));
}

INCUSE_RULE(OneLayer, kernel_bypass, error, "this chip cannot bypass its kernels", "use weights of 1",
            "checks D1; device 4") {
  if (at.layer.bypass && !at.device.kernel_bypass) blame();
}

INCUSE_RULE(OneLayer, binary_weights, error, "this chip has no binary weights", "use ordinary weights",
            "checks D1; device 4") {
  if (!at.layer.binary_weights || at.device.binary_weights) return;
  const bool narrow = at.device.has(Feature::narrow_weights);
  blame({}, {}, Advice{.change = narrow ? Text("weights of 1 bit, which mean -1 and 0") : Text("weights of 8 bits")});
}

INCUSE_RULE(OneLayer, shift_range, error, "the output shift, with 8 less the weight bits added, is too large",
            "scale the weights differently", "checks H1; device 4") {
  // A part without narrow weights refuses these themselves.
  const long long implied = at.device.has(Feature::narrow_weights) ? 8LL - at.layer.weight_bits : 0;
  const long long shift = at.layer.output_shift + implied;
  if (at.layer.weighted() && !within(shift, -at.device.max_shift, at.device.max_shift))
    blame(shift, shift < 0 ? -at.device.max_shift : at.device.max_shift,
          advice::nearest("the nearest output shift", at.layer.output_shift, -at.device.max_shift - implied,
                          at.device.max_shift - implied));
}

INCUSE_RULE(OneLayer, wide_activation, error, "a 32-bit output is the bare accumulator: it has no activation",
            "leave out the activation, or use 8-bit output", "checks I10") {
  // If another layer reads the wide output, `wide_inside` reports that.
  if (!at.layer.wide || at.layer.activation == Activation::none) return;
  for (int i = at.index + 1; i < at.network.size; ++i)
    if (at.network.layers[i].sources.contains(at.index)) return;
  blame();
}

INCUSE_WARNING(OneLayer, wide_inside, "the next layer cannot read a 32-bit output",
               "use 32-bit output in the last layer only", "checks I15; device 4") {
  if (!at.layer.wide) return;
  for (int i = at.index + 1; i < at.network.size; ++i)
    for (int source : at.network.layers[i].sources)
      if (source == at.index && !at.network.layers[i].tests()) return blame(32, 8);
}

// Streaming -----------------------------------------------------------------------------------------------------------

INCUSE_RULE(OneLayer, streaming_input, error, "a streaming first layer needs its input from a FIFO",
            "add the option fifo_input, or do not stream", "checks D9") {
  if (at.device.max_streaming_layers == 0) return;  // streaming_count reports it
  if (at.index == 0 && at.layer.streaming && !at.network.options.uses_fifo()) blame();
}

INCUSE_RULE(OneLayer, streaming_count, error, "too many layers stream", "stream fewer layers", "device 1") {
  if (at.layer.streaming && at.index >= at.device.max_streaming_layers)
    blame(at.index + 1, at.device.max_streaming_layers);
}

INCUSE_RULE(OneLayer, streaming_order, error, "only the layers from the first one on can stream",
            "stream the layer in front, or do not stream this one", "checks I13") {
  if (at.layer.streaming && at.index > 0 && !at.network.layers[at.index - 1].streaming) blame();
}

INCUSE_RULE(OneLayer, streaming_last_padding, error, "the last streaming layer needs padding in both directions",
            "pad it, or stream one layer more or less", "checks D13; device 4 and 5") {
  const bool last = at.index + 1 == at.network.size || !at.network.layers[at.index + 1].streaming;
  // A 1x1 convolution that streams runs as a 3x3 one, with padding.
  const bool padded = (at.is(Operator::conv2d) && at.layer.kernel == Extent{1, 1}) ||
                      (at.layer.padding.height > 0 && at.layer.padding.width > 0);
  if (at.layer.streaming && last && !padded && !at.device.streaming_last_unpadded)
    blame(Extent{1, 1}, at.layer.padding, "the layer");
}

INCUSE_RULE(OneLayer, streaming_passthrough, error, "a layer without weights cannot stream on this chip",
            "fuse it with the convolution behind it, or stream fewer layers", "checks D14; device 4") {
  if (at.layer.streaming && !at.layer.weighted() && !at.device.streaming_passthrough) blame();
}

INCUSE_WARNING(OneLayer, streaming_bias, "a bias in a streaming layer may not work", "train without this bias",
               "checks M7; device 4") {
  const bool dealt_out = at.index == 0 && at.network.options.fans_out();
  if (at.layer.streaming && at.layer.bias && !dealt_out && !at.device.streaming_bias) blame();
}

// Output --------------------------------------------------------------------------------------------------------------

INCUSE_WARNING(OneLayer, mlator_output, "the byte swapper cannot deliver this output: it is unloaded without it",
               "leave the option mlator_unload out, or use an 8-bit output of 4, 8, 12 ... pixels", "checks U1") {
  if (at.shaped() && at.network.options.mlator_unload && at.layer.output && !fits_mlator(at.layer)) blame(at.layer.out);
}

INCUSE_RULE(OneLayer, output_holes, error,
            "another layer cannot read this output: the chip leaves holes in it where such windows were pooled",
            "pool so in the last layer only, or use smaller windows", "ai84 3.2, 9") {
  if (!at.device.leaves_holes(at.layer.pool.height, at.layer.pool_stride.height)) return;
  for (int i = at.index + 1; i < at.network.size; ++i)
    if (at.network.layers[i].sources.contains(at.index)) return blame(at.layer.pool, {}, {}, at.network.layers[i].name);
}

INCUSE_RULE(OneLayer, next_layer, error, "the layer that is executed next has to stand behind this one in the network",
            "name a later layer, or leave the next layer out", "registers 3.1; datapath 8") {
  if (!at.device.any_next_layer) return;  // the rule about features reports it
  const int first = at.index + 1, last = at.network.size - 1;
  const int named[] = {at.layer.placement.next, at.layer.placement.next_on_hit};
  for (int next : named)
    if (next != Placement::not_given && !within(next, first, last))
      return first > last ? blame(next) : blame(next, Quantity::range(first, last), "the network behind it");
}

INCUSE_RULE(OneLayer, streaming_next, error, "a layer that streams hands its output over to the following one only",
            "leave the next layer out, or do not stream", "checks D11") {
  const int next = named_next(at.layer);
  if (at.layer.streaming && within(next, at.index + 2, at.network.size - 1)) blame(next, at.index + 1, "the order");
}

INCUSE_RULE(OneLayer, write_gap, error, "the write gap is too large, or negative", "use a smaller gap",
            "registers 3.10") {
  const int gap = at.layer.placement.write_gap, most = at.device.max_write_gap;
  if (!within(gap, 0, most)) blame(gap, most, advice::nearest("the nearest gap", gap, 0, most));
}

}  // namespace incuse

namespace incuse::max7800x {

/// Applied to every layer.
inline constexpr CheckedRule<OneLayer> layer_rules[] = {
    INCUSE_RULE_ROW(source_order),
    INCUSE_RULE_ROW(concatenated_channels),
    INCUSE_RULE_ROW(concatenated_sizes),
    INCUSE_RULE_ROW(operand_shapes),
    INCUSE_RULE_ROW(buffer_missing),
    INCUSE_RULE_ROW(buffer_first),
    INCUSE_RULE_ROW(buffer_reader),
    INCUSE_RULE_ROW(buffer_shift),
    INCUSE_RULE_ROW(buffer_shift_rows),
    INCUSE_RULE_ROW(buffer_insert_rows),
    INCUSE_RULE_ROW(crop_rows),
    INCUSE_RULE_ROW(crop_input),
    INCUSE_RULE_ROW(crop_joined),
    INCUSE_RULE_ROW(reshape),
    INCUSE_RULE_ROW(reshaped_channels),
    INCUSE_RULE_ROW(one_dimensional_data),
    INCUSE_RULE_ROW(processor_layer),
    INCUSE_RULE_ROW(padding_value),
    INCUSE_RULE_ROW(kernel_size),
    INCUSE_RULE_ROW(kernel_length),
    INCUSE_RULE_ROW(transposed_kernel),
    INCUSE_RULE_ROW(linear_kernel),
    INCUSE_RULE_ROW(linear_map),
    INCUSE_RULE_ROW(conv1d_map),
    INCUSE_RULE_ROW(convolution_stride),
    INCUSE_RULE_ROW(padding_range),
    INCUSE_RULE_ROW(padding_kernel),
    INCUSE_RULE_ROW(output_padding),
    INCUSE_RULE_ROW(groups_divide),
    INCUSE_RULE_ROW(convolution_groups),
    INCUSE_RULE_ROW(column_rows),
    INCUSE_RULE_ROW(column_pooling),
    INCUSE_RULE_ROW(dilation_operator),
    INCUSE_RULE_ROW(dilation_range),
    INCUSE_RULE_ROW(dilation_one_tap),
    INCUSE_RULE_ROW(dilation_taps),
    INCUSE_RULE_ROW(dilation_padding),
    INCUSE_RULE_ROW(dilation_alone),
    INCUSE_RULE_ROW(pool_size),
    INCUSE_RULE_ROW(pool_stride),
    INCUSE_RULE_ROW(pool_sizes),
    INCUSE_RULE_ROW(pool_stride_alone),
    INCUSE_RULE_ROW(pool_stride_square),
    INCUSE_RULE_ROW(pool_kind),
    INCUSE_RULE_ROW(pool_dilation),
    INCUSE_RULE_ROW(pool_in_passes),
    INCUSE_RULE_ROW(pool_last_operands),
    INCUSE_RULE_ROW(pool_last_meaning),
    INCUSE_RULE_ROW(operand_count),
    INCUSE_RULE_ROW(operand_sources),
    INCUSE_RULE_ROW(elementwise_conv1d),
    INCUSE_RULE_ROW(elementwise_bias),
    INCUSE_RULE_ROW(padded_passes),
    INCUSE_RULE_ROW(parallel_channels),
    INCUSE_RULE_ROW(read_gap_passes),
    INCUSE_RULE_ROW(elementwise_passes),
    INCUSE_RULE_ROW(passthrough_padding),
    INCUSE_RULE_ROW(passthrough_activation),
    INCUSE_RULE_ROW(table_activation),
    INCUSE_RULE_ROW(batch_norm),
    INCUSE_RULE_ROW(passthrough_shift),
    INCUSE_RULE_ROW(passthrough_wide),
    INCUSE_RULE_ROW(empty_output),
    INCUSE_RULE_ROW(dimension),
    INCUSE_RULE_ROW(channels),
    INCUSE_RULE_ROW(one_pass),
    INCUSE_RULE_ROW(frame_size),
    INCUSE_RULE_ROW(flatten_pixels),
    INCUSE_RULE_ROW(flatten_alone),
    INCUSE_RULE_ROW(flatten_split),
    INCUSE_RULE_ROW(flatten_useless),
    INCUSE_RULE_ROW(weight_bits),
    INCUSE_RULE_ROW(kernel_bypass),
    INCUSE_RULE_ROW(binary_weights),
    INCUSE_RULE_ROW(shift_range),
    INCUSE_RULE_ROW(wide_activation),
    INCUSE_RULE_ROW(wide_inside),
    INCUSE_RULE_ROW(streaming_input),
    INCUSE_RULE_ROW(streaming_count),
    INCUSE_RULE_ROW(streaming_order),
    INCUSE_RULE_ROW(streaming_last_padding),
    INCUSE_RULE_ROW(streaming_passthrough),
    INCUSE_RULE_ROW(streaming_bias),
    INCUSE_RULE_ROW(mlator_output),
    INCUSE_RULE_ROW(output_holes),
    INCUSE_RULE_ROW(next_layer),
    INCUSE_RULE_ROW(streaming_next),
    INCUSE_RULE_ROW(write_gap),
    INCUSE_RULE_ROW(early_exit),
    INCUSE_RULE_ROW(exit_pixels),
    INCUSE_RULE_ROW(exit_channel),
    INCUSE_RULE_ROW(exit_width),
};

}  // namespace incuse::max7800x
