// Networks that break rules of the MAX78000 about whole networks and about layers. See broken_networks.hpp.
#pragma once

#include <vector>

#include "broken_network.hpp"

namespace incuse::test::broken {

/// Networks that are wrong as a whole, or do not suit their options.
inline std::vector<Broken> wholes() {
  return {
      {&rules::layer_count, times(33, conv2d(4)),
       "the network has too many layers: needs 33, MAX78000 has 32; remove layers"},
      {&rules::real_input, changed(network(rgb, {conv2d(4)}), [](Net& net) { net.real_input = true; }),
       "the chip reads signed bytes, not real numbers; leave real out of the input, and quantise in front of the "
       "network"},
      {&rules::input_shape, network({3, 0, 8}, {conv2d(4)}),
       "the input is empty: needs 3x0x8; give it at least one channel, row and column"},
      {&rules::feature, plain(),
       "the chip does not have a feature that is asked for (PLL); do without it, or choose another chip",
       options_of<max7800x::with<Feature::pll>>()},
      {&rules::feature, plain(),
       "the chip does not have a feature that is asked for (snooping); do without it, or choose another chip",
       options_of<max7800x::snoop<0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0>>()},
      {&rules::first_layer, plain(),
       "the hardware's first layer is out of range: needs 4, MAX78000 has 0; start with layer 0",
       options_of<first_layer<4>>()},
      {&rules::repetitions, plain(),
       "the network does not fit so many times into the layer registers: needs 66, MAX78000 has 32; repeat it less "
       "often; repetitions: 33 -> 16",
       options_of<repetitions<33>>()},
      {&rules::fast_fifo_core, network({4, 8, 8}, {conv2d(4)}),
       "only the RISC-V core reaches the fast FIFO; add runs_on_risc_v, or use the standard FIFOs",
       options_of<input_through<InputPath::fast_fifo>>()},
      {&rules::deep_sleep_core, plain(),
       "only a program on the RISC-V core lets the other one sleep deeply; add runs_on_risc_v, or leave deep_sleep out",
       options_of<deep_sleep>()},
      {&rules::synthesized_input_path, plain(),
       "an input can be synthesized for a FIFO only; add fifo_input, or load the whole input",
       options_of<synthesized_words<8>>()},
      {&rules::synthesized_input, network(rgb, {placed(conv2d(4), 0x7, 0xf, 0, 0x1000)}),
       "layer 0: a synthesized input is HWC with at most 4 channels, and its words divide its pixels: needs 7, the "
       "image has 64; choose another number of words, or load the whole input; synthesized_words: 7 -> 8",
       options_of<fifo_input, synthesized_words<7>>()},
      {&rules::synthesized_input, network({8, 8, 8}, {placed(conv2d(4), 0xf000f, 0xf, 0, 0x1000)}),
       "layer 0: a synthesized input is HWC with at most 4 channels, and its words divide its pixels: needs 8, "
       "MAX78000 has 4; choose another number of words, or load the whole input",
       options_of<fifo_input, synthesized_words<8>>()},
      {&rules::mlator_output, network({3, 5, 5}, {conv2d(4)}),
       "layer 0: the byte swapper cannot deliver this output: it is unloaded without it: needs 4x5x5; leave the "
       "option mlator_unload out, or use an 8-bit output of 4, 8, 12 ... pixels",
       options_of<mlator_unload>()},
  };
}

/// What layers read.
inline std::vector<Broken> sources() {
  const Layer halves = changed(adding(2), [](Layer& l) {
    l.in_channels = 4;
    l.in_extent = {8, 4};
  });
  return {
      {&rules::source_order, network(rgb, {conv2d(4), reading(conv2d(4), {1})}),
       "layer 1: a layer reads its own output or a later one's: needs 1, the network before it has 0; let it read "
       "earlier layers only"},
      {&rules::concatenated_channels, network(rgb, {conv2d(32), conv2d(32), conv2d(32), reading(conv2d(4), {0, 1, 2})}),
       "layer 3: a concatenated tensor does not fit behind those in front of it: needs 32 channels, the pass has 16 "
       "channels; let the tensors have 64 channels together, each counted in fours, or fill a pass each"},
      {&rules::concatenated_sizes, concatenation_of_sizes(),
       "layer 2: concatenated tensors differ in size: needs 4x8x8, another one has 4x6x6; bring them to one size, or "
       "say with view<> of which image they are the pixels, one behind the other"},
      {&rules::operand_shapes, network(rgb, {conv2d(4), pooled(2), adding_of({0, 1})}),
       "layer 2: tensors that are combined element by element differ in shape: needs 4x8x8, another operand has "
       "4x4x4; bring the operands to one shape"},
      {&rules::reshaped_channels,
       network({4, 1, 1}, {conv2d(64, 1, 0), changed(conv2d(4),
                                                     [](Layer& l) {
                                                       l.in_channels = 4;
                                                       l.in_extent = {4, 4};
                                                     })}),
       "layer 1: the chip cannot turn channels into pixels or pixels into channels: each channel has a memory of its "
       "own: needs 4x4x4, the source has 64x1x1; keep the channels, or end the network in front of the layer, and "
       "reshape in the program; maps made of values by 1x1 Conv2d and ConvTranspose2d"},
      {&rules::reshape,
       network(rgb, {conv2d(4), changed(conv2d(4),
                                        [](Layer& l) {
                                          l.in_extent = {4, 4};
                                          l.in_channels = 4;
                                        })}),
       "layer 1: the layer reads a different number of values than its source delivers: needs 64, the source has "
       "256; correct the layer's own input size"},
      {&rules::one_dimensional_data, network({3, 32, 1}, {conv1d(4, 3), conv2d(4, 1, 0)}),
       "layer 1: a 2-D operator reads the values that a Conv1d wrote: needs 30x1; use Conv1d, or give the layer a 2-D "
       "input size"},
      {&rules::divided_source,
       network(rgb, {placed(conv2d(4), 0x7, 0xf, 0, 0x1000), placed(halves, 0xf, 0xf, 0x1000, 0)}),
       "layer 1: the operands are parts of one image, for which the chip takes neighbouring pixels (layer 0): needs 8 "
       "channels, the source has 4 channels; give every operand channels of its own, or a tensor of its own"},
  };
}

inline std::vector<Broken> kernels() {
  return {
      {&rules::kernel_size, network(rgb, {conv2d(4), named("conv3", conv2d(4, {5, 5}))}),
       "layer 1 (conv3): a Conv2d kernel has to be 1x1 or 3x3: needs 5x5, MAX78000 has 3x3; put several 3x3 "
       "convolutions one behind the other; 3x3 kernels that reach as far: 5x5 -> 2 kernels"},
      {&rules::kernel_length, network({3, 32, 1}, {conv1d(4, 11)}),
       "layer 0: a Conv1d kernel has to have 1 to 9 taps: needs 11, MAX78000 has 9; put several convolutions one "
       "behind the other, or dilate a shorter one; shorter kernels that reach as far: 11 -> 2 kernels"},
      {&rules::transposed_kernel, network(rgb, {transposed(4, 5)}),
       "layer 0: a ConvTranspose2d kernel has to be 3x3: needs 5x5, MAX78000 has 3x3; use a 3x3 kernel"},
      {&rules::linear_kernel,
       network(rgb, {changed(linear(4),
                             [](Layer& l) {
                               l.kernel = {3, 3};
                             })}),
       "layer 0: a Linear layer has no kernel: needs 3x3, MAX78000 has 1x1; use Conv2d"},
      {&rules::linear_map, network({16, 8, 8}, {linear(10)}),
       "layer 0: a Linear layer in front of which nothing flattens its map gives a map again: needs 10x8x8; put "
       "Flatten in front of it, in a description flatten: true; or, if every pixel is meant, write a Conv2d with a "
       "1x1 kernel"},
      {&rules::conv1d_map, network({4, 8, 8}, {conv1d(4, 3)}),
       "layer 0: a Conv1d reads the rows of a map one behind the other, as one long row; write a Conv2d; or, if that "
       "is meant, view<channels, length>, in a description in_dim"},
      {&rules::convolution_stride,
       network(rgb, {changed(conv2d(4),
                             [](Layer& l) {
                               l.stride = {2, 2};
                             })}),
       "layer 0: a convolution has stride 1, a ConvTranspose2d stride 2: needs 2x2, MAX78000 has 1x1; pool in front "
       "of the convolution to reduce the size"},
      {&rules::padding_range, network(rgb, {conv2d(4, 3, 3)}),
       "layer 0: padding is 0, 1 or 2: needs 3x3, MAX78000 has 2; pad less, or pad the training data; the nearest "
       "padding: 3x3 -> 2x2"},
      {&rules::padding_kernel, network(rgb, {conv2d(4, {1, 1}, {1, 1})}),
       "layer 0: padding has to be smaller than the kernel: needs 2x2, the kernel has 1x1; pad less, or use a larger "
       "kernel; the nearest padding: 1x1 -> 0x0"},
      {&rules::output_padding, network(rgb, {changed(conv2d(4), [](Layer& l) { l.output_padding = 1; })}),
       "layer 0: output padding is 1 for ConvTranspose2d and 0 for all others: needs 1, MAX78000 has 0; leave it out"},
      {&rules::convolution_groups, network(rgb, {changed(conv2d(3), [](Layer& l) { l.groups = 3; })}),
       "layer 0: this chip has no convolution in groups: needs 3, MAX78000 has 1; use an ordinary convolution, or a "
       "chip with depth-wise convolution"},
      {&rules::groups_divide, network(rgb, {changed(conv2d(4), [](Layer& l) { l.groups = 2; })}),
       "layer 0: the number of groups is 1, or that of the input's and the output's channels: needs 2, the input has "
       "3; correct the number of groups; groups: 2 -> 1"},
      {&rules::groups_divide, network({16, 4, 4}, {changed(conv2d(32), [](Layer& l) { l.groups = 16; })}),
       "layer 0: the number of groups is 1, or that of the input's and the output's channels: needs 16, the output has "
       "32; correct the number of groups; groups: 16 -> 1"},
  };
}

inline std::vector<Broken> dilations() {
  return {
      {&rules::dilation_operator,
       network(rgb, {changed(conv2d(4),
                             [](Layer& l) {
                               l.dilation = {2, 2};
                             })}),
       "layer 0: only Conv1d can be dilated: needs 2x2, MAX78000 has 1x1; use dilation 1"},
      {&rules::dilation_range, network({3, 1024, 1}, {conv1d(4, 2, 0, 1024)}),
       "layer 0: the dilation is out of range: needs 1024, MAX78000 has 1023; dilate less; the nearest dilation: "
       "1024 -> 1022"},
      {&rules::dilation_one_tap, network({3, 32, 1}, {conv1d(4, 1, 0, 2)}),
       "layer 0: a kernel with one tap cannot be dilated: needs 2, MAX78000 has 1; use dilation 1"},
      {&rules::dilation_taps, network({3, 64, 1}, {conv1d(4, 4, 0, 5)}),
       "layer 0: a Conv1d that spans more than 9 values has at most 3 taps: needs 4, MAX78000 has 3; use fewer taps "
       "or a smaller dilation; a smaller dilation: 5 -> 2"},
      {&rules::dilation_padding, network({3, 64, 1}, {conv1d(4, 3, 1, 5)}),
       "layer 0: a Conv1d that spans more than 9 values has no padding: needs 1, MAX78000 has 0; use pad<0> or a "
       "smaller dilation; a smaller dilation: 5 -> 4"},
      {&rules::dilation_alone, network({3, 64, 1}, {pooled({2, 1}, conv1d(4, 2, 0, 10))}),
       "layer 0: a Conv1d that spans more than 9 values does not pool, combine operands, flatten or stream; do that "
       "in a layer of its own, or use a smaller dilation"},
  };
}

inline std::vector<Broken> poolings() {
  return {
      {&rules::pool_size, network({3, 64, 64}, {pooled(17, conv2d(4))}),
       "layer 0: a pooling window is empty or larger than any of the chip, dilation included: needs 17x17, MAX78000 "
       "has 16; pool less, and again in front of a later convolution; the nearest window and stride: 17x17 -> 16x16"},
      {&rules::pool_size, network({3, 64, 64}, {pooled(Pooling::max, {17, 17}, {2, 2}, conv2d(4))}),
       "layer 0: a pooling window is empty or larger than any of the chip, dilation included: needs 17x17, MAX78000 "
       "has 16; pool less, and again in front of a later convolution; the nearest window: 17x17 -> 16x16"},
      {&rules::pool_stride,
       network({3, 64, 64}, {changed(pooled(2),
                                     [](Layer& l) {
                                       l.pool_stride = {17, 17};
                                     })}),
       "layer 0: a pooling stride is 0 or larger than any of the chip: needs 17x17, MAX78000 has 16; pool less, and "
       "again in front of a later convolution; the nearest stride: 17x17 -> 16x16"},
      {&rules::pool_stride_square, network(rgb, {pooled({1, 2}, conv2d(4))}),
       "layer 0: the pooling stride of a 2-D layer is the same in both directions: needs 1x2; use a square pooling "
       "window, or give one stride"},
      {&rules::pool_kind, network(rgb, {changed(pooled(2), [](Layer& l) { l.pooling = Pooling::pick; })}),
       "layer 0: this chip pools windows within their tensor, to their maximum or their mean; leave out same_padding "
       "and pick_column; MaxPool2d<1, stride<2>> takes every second pixel"},
      {&rules::pool_kind, network(rgb, {changed(pooled(2), [](Layer& l) { l.pool_column = 1; })}),
       "layer 0: this chip pools windows within their tensor, to their maximum or their mean; leave out same_padding "
       "and pick_column; MaxPool2d<1, stride<2>> takes every second pixel"},
      {&rules::pool_dilation,
       network(rgb, {changed(pooled(2),
                             [](Layer& l) {
                               l.pool_dilation = {2, 2};
                             })}),
       "layer 0: the chip does not dilate pooling windows so far: needs 2x2, MAX78000 has 1; use a smaller pool "
       "dilation, on most chips 1; the nearest pool dilation: 2x2 -> 1x1"},
      {&rules::pool_in_passes, network({128, 8, 8}, {pooled(2)}),
       "layer 0: pooling without a convolution handles the channels of one pass only: needs 128, MAX78000 has 64; fuse "
       "the "
       "pooling with the convolution behind it, or pool to 1x1"},
      {&rules::pool_last_operands,
       network(rgb, {conv2d(4), conv2d(4), conv2d(4),
                     changed(adding_of({0, 1, 2}, pooled(2)), [](Layer& l) { l.pool_first = false; })}),
       "layer 3: pooling behind an element-wise operation takes fewer operands: needs 3, MAX78000 has 2; pool "
       "first, or pool in a layer of its own"},
      {&rules::pool_last_meaning, network(rgb, {changed(conv2d(4), [](Layer& l) { l.pool_first = false; })}),
       "layer 0: pooling last needs both pooling and an element-wise operation; leave the order out"},
  };
}

/// Element-wise operations, and what layers without weights do not do.
inline std::vector<Broken> operands() {
  return {
      {&rules::operand_count, network(rgb, {changed(adding_of({network_input}), [](Layer& l) { l.operands = 17; })}),
       "layer 0: an element-wise operation has 2 operands or more, up to what the chip has; any other layer 1: needs "
       "17, MAX78000 has 16; combine the tensors in several layers"},
      {&rules::operand_sources,
       network(rgb, {conv2d(4), conv2d(4), conv2d(4), changed(adding_of({0, 1, 2}), [](Layer& l) { l.operands = 2; })}),
       "layer 3: an element-wise operation names another number of tensors than it combines: needs 2, the list of "
       "sources has 3; name one tensor per operand"},
      {&rules::elementwise_conv1d, network({3, 32, 1}, {conv1d(4, 3), conv1d(4, 1), adding_of({0, 0}, conv1d(4, 3))}),
       "layer 2: an element-wise operation cannot be fused with Conv1d: needs 2, MAX78000 has 1; combine the tensors "
       "in a layer of its own"},
      {&rules::elementwise_passes,
       network({3, 4, 4}, {conv2d(192, 1, 0), conv2d(192, 1, 0), adding_of({0, 1}, conv2d(4, 1, 0))}),
       "layer 2: an element-wise operation on so many channels cannot be fused with pooling or convolution: needs 192, "
       "MAX78000 has 128; combine the tensors in a layer of its own"},
      {&rules::padding_value, network(rgb, {changed(conv2d(4), [](Layer& l) { l.pad_value = 1; })}),
       "layer 0: the chip pads with zeros; leave pad_value<> out"},
      {&rules::processor_layer, network(rgb, {on_processor(conv2d(4))}),
       "layer 0: a deployment on this chip has no layers of the processor; end the network in front of the layer, or "
       "leave on_cpu out where the accelerator has such a layer"},
      {&rules::passthrough_padding,
       network(rgb, {conv2d(4), changed(pooled(2),
                                        [](Layer& l) {
                                          l.padding = {1, 1};
                                        })}),
       "layer 1: only convolutions pad: needs 1x1, MAX78000 has 0; pad in the convolution behind the layer"},
      {&rules::passthrough_activation, network(rgb, {conv2d(4), with_relu(pooled(2))}),
       "layer 1: a layer without weights has no activation; put the activation into the convolution in front"},
      {&rules::table_activation,
       network(rgb, {changed(conv2d(4), [](Layer& l) { l.activation = Activation::function; })}),
       "layer 0: this chip knows no activation functions but ReLU and Abs; use one of them, or a chip with activation "
       "tables"},
      {&rules::batch_norm, network(rgb, {changed(conv2d(4), [](Layer& l) { l.batch_norm = true; })}),
       "layer 0: this chip has no batch norm; fold it into weights and bias before they are quantised, as the training "
       "framework does, and leave BatchNorm2d out"},
      {&rules::passthrough_shift, network(rgb, {conv2d(4), shifted(1, pooled(2))}),
       "layer 1: a layer without weights does not shift its output: needs 1, MAX78000 has 0; shift in the "
       "convolution in front"},
      {&rules::passthrough_wide, network(rgb, {conv2d(4), wide_output(pooled(2))}),
       "layer 1: a layer without weights has 8-bit output: needs 32, MAX78000 has 8; make the convolution in front "
       "the last layer"},
  };
}

inline std::vector<Broken> sizes() {
  return {
      {&rules::empty_output, network({3, 3, 3}, {pooled(4, conv2d(4))}),
       "layer 0: nothing is left after pooling or convolution: needs 4x4, the input has 3x3; pool less, pad more, or "
       "use a larger input"},
      {&rules::dimension, network({1, 1025, 8}, {pooled(2, conv2d(4))}),
       "layer 0: a tensor has too many rows or columns: needs 1025x8, MAX78000 has 1024x1024; use a smaller image; a "
       "smaller image: 1025x8 -> 512x4"},
      {&rules::channels, network(rgb, {conv2d(1025)}),
       "layer 0: a layer has too many input or output channels, or none: needs 1025, MAX78000 has 1024; use at least "
       "one channel, and at most as many as the chip has; equal parts, each in a layer of its own: 1025 -> 513"},
      {&rules::frame_size, network({1024, 512, 512}, {conv2d(4)}),
       "layer 0: the input of a layer has too many values per processor: needs 4194304, MAX78000 has 2097151; use a "
       "smaller image or fewer channels; pooling in front: 512x512 -> 256x256"},
      {&rules::flatten_pixels, network({1, 17, 17}, {flattened(linear(10))}),
       "layer 0: a flattened map has too many pixels: needs 289, MAX78000 has 256; pool more in front of the "
       "flatten; pooling in front: 17x17 -> 8x8"},
      {&rules::flatten_alone, network(rgb, {pooled(2, flattened(linear(10)))}),
       "layer 0: a layer that flattens needs weights and neither pools nor streams; pool in a layer in front"},
      {&rules::flatten_alone, network({4, 4, 4}, {pooled(Pooling::max, {1, 1}, {2, 2}, flattened(linear(10)))}),
       "layer 0: a layer that flattens needs weights and neither pools nor streams; pool in a layer in front"},
      {&rules::flatten_split, network({200, 1, 3}, {flattened(linear(10))}),
       "layer 0: in the vendor's stream, a flattened tensor has to divide evenly among passes and processors: needs "
       "600, the share of the processors has 624; use a multiple of 4 channels for every pass, or leave the option "
       "vendor_stream out",
       options_of<max7800x::vendor_stream>()},
      {&rules::flatten_useless, network({8, 1, 1}, {flattened(linear(10))}),
       "layer 0: a 1x1 map needs no flatten; leave it out"},
  };
}

/// Widths of weights and outputs.
inline std::vector<Broken> numbers() {
  return {
      {&rules::weight_bits, network(rgb, {with_bits(3, conv2d(4))}),
       "layer 0: weights have 1, 2, 4 or 8 bits: needs 3; choose one of these; the nearest width: 3 "
       "-> 2"},
      {&rules::binary_weights,
       network(rgb, {changed(conv2d(4), [](Layer& l) { l.weight_bits = 1, l.binary_weights = true; })}),
       "layer 0: this chip has no binary weights; use ordinary weights; weights of 1 bit, which mean -1 and 0"},
      {&rules::shift_range,
       network(rgb, {changed(conv2d(4), [](Layer& l) { l.weight_bits = 4, l.output_shift = 12; })}),
       "layer 0: the output shift, with 8 less the weight bits added, is too large: needs 16, MAX78000 has 15; scale "
       "the weights differently; the nearest output shift: 12 -> 11"},
      {&rules::wide_activation,
       network(rgb, {changed(conv2d(4), [](Layer& l) { l.wide = true, l.activation = Activation::abs; })}),
       "layer 0: a 32-bit output is the bare accumulator: it has no activation; leave out the activation, or use "
       "8-bit output"},
      {&rules::wide_inside, network(rgb, {wide_output(conv2d(4)), conv2d(4)}),
       "layer 0: a 32-bit output is a result of the network: no other layer can read it: needs 32 bits, another layer "
       "has 8 bits; leave the option wide out, or make this layer the last one"},
  };
}

inline std::vector<Broken> streams() {
  return {
      {&rules::streaming_input, network(rgb, {streamed(conv2d(4)), conv2d(4)}),
       "layer 0: a streaming first layer needs its input from a FIFO; add the option fifo_input, or do not stream"},
      {&rules::streaming_order, network(rgb, {conv2d(4), streamed(conv2d(4))}),
       "layer 1: only the layers from the first one on can stream; stream the layer in front, or do not stream this "
       "one",
       fifo()},
      {&rules::streaming_count, times(9, streamed(conv2d(4))),
       "layer 8: too many layers stream: needs 9, MAX78000 has 8; stream fewer layers", fifo()},
      {&rules::streaming_last_padding, network(rgb, {streamed(conv2d(4, 3, 0)), conv2d(4)}),
       "layer 0: the last streaming layer needs padding in both directions: needs 1x1, the layer has 0x0; pad it, or "
       "stream one layer more or less",
       fifo()},
      {&rules::streaming_bias, network(rgb, {biased(streamed(conv2d(4))), conv2d(4)}),
       "layer 0: a bias in a streaming layer may not work; train without this bias", fifo()},
  };
}

}  // namespace incuse::test::broken
