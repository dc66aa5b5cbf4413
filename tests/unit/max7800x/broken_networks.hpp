// Networks that break the rules of the MAX78000, every rule at least once, and what is said about them.
#pragma once

#include <string>
#include <vector>

#include <incuse/max7800x/rules.hpp>
#include <incuse/model/early_exit.hpp>
#include <incuse/model/unplaced.hpp>

#include <support/layers.hpp>

namespace incuse::test::broken {

using namespace incuse::max7800x;
using Net = Graph<40>;

/// A network that breaks a rule, and what is said about it.
struct Broken {
  const Rule* rule;
  Net graph;
  std::string sentence;
  Options options{};
  void (*tamper)(Plan<40>&) = nullptr;  ///< damages the plan
  const Device* device = &max78000;
};

inline constexpr Shape rgb{3, 8, 8};

inline Net plain() { return network(rgb, {conv2d(4), conv2d(4)}); }
inline Net times(int count, const Layer& layer) {
  Net net;
  net.input = rgb;
  while (net.size < count) net[net.size++] = layer;
  return net;
}
inline Net in_chw(Net net) {
  net.input_format = DataFormat::chw;
  return net;
}
inline Net concatenation_of_sizes() {
  return network(rgb, {conv2d(4), reading(conv2d(4, 3, 0), {0}), reading(conv2d(8, 1, 0), {0, 1})});
}

/// Rows of a rolling buffer are moved, added and read.
inline Net keeping_rows() {
  const Layer move = changed(reading({}, {rolling_buffer}), [](Layer& l) { l.buffer_shift = 1; });
  const Layer row = changed(reading(conv2d(8, 3, 0), {0}), [](Layer& l) { l.buffer_insert = 1; });
  const Layer look = reading(conv1d(4, 3), {rolling_buffer});
  Net net;
  net.input = {4, 3, 3};
  net.buffer = {"rows", 8, 5, 0xff00, 0x6000};
  for (const Layer& layer : {placed(conv2d(4), 0xf, 0xf0, 0, 0x1000), placed(move, 0xff00, 0xff00, 0x6004, 0x6000),
                             placed(row, 0xf0, 0xff00, 0x1000, 0x6010), placed(look, 0xff00, 0xf, 0x6000, 0x2000)})
    net[net.size++] = layer;
  return net;
}

/// The same without its placement, changed.
inline Net unplaced_rows(void (*change)(Net&)) {
  Net net = without_placement(keeping_rows());
  change(net);
  return net;
}

inline Options fifo(InputPath path = InputPath::fifo) {
  Options options;
  options.input_path = path;
  options.runs_on_risc_v = true;
  return options;
}

/// Networks that are wrong as a whole, or do not suit their options.
inline std::vector<Broken> wholes() {
  return {
      {&rules::layer_count, times(33, conv2d(4)),
       "the network has too many layers: needs 33, MAX78000 has 32; fuse pooling with the convolution behind it, or "
       "remove layers"},
      {&rules::real_input, changed(network(rgb, {conv2d(4)}), [](Net& net) { net.real_input = true; }),
       "the chip reads signed bytes, not real numbers; leave real out of the input, and quantise in front of the "
       "network"},
      {&rules::input_shape, network({3, 0, 8}, {conv2d(4)}),
       "the input is empty: needs 3x0x8; give it at least one channel, row and column"},
      {&rules::feature, plain(),
       "the chip does not have a feature that is asked for (PLL); do without it, or choose another chip",
       options_of<max7800x::with<Feature::pll>>()},
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
       "own: needs 4x4x4, the source has 64x1x1; make a map of few values with a 1x1 Conv2d and ConvTranspose2d "
       "layers, values of a map with Flatten and Linear"},
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
       "layer 0: a pooling window has 1 to 16 rows and columns, dilation included: needs 17x17, MAX78000 has 16; "
       "pool in several layers"},
      {&rules::pool_stride,
       network({3, 64, 64}, {changed(pooled(2),
                                     [](Layer& l) {
                                       l.pool_stride = {17, 17};
                                     })}),
       "layer 0: a pooling stride is 1 to 16: needs 17x17, MAX78000 has 16; pool in several layers; the nearest "
       "stride: 17x17 -> 16x16"},
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
       "layer 0: pooling without a convolution handles at most 64 channels: needs 128, MAX78000 has 64; fuse the "
       "pooling with the convolution behind it, or pool to 1x1"},
      {&rules::pool_last_operands,
       network(rgb, {conv2d(4), conv2d(4), conv2d(4),
                     changed(adding_of({0, 1, 2}, pooled(2)), [](Layer& l) { l.pool_first = false; })}),
       "layer 3: pooling behind an element-wise operation takes at most 2 operands: needs 3, MAX78000 has 2; pool "
       "first, or pool in a layer of its own"},
      {&rules::pool_last_meaning, network(rgb, {changed(conv2d(4), [](Layer& l) { l.pool_first = false; })}),
       "layer 0: pooling last needs both pooling and an element-wise operation; leave the order out"},
  };
}

/// Element-wise operations, and what layers without weights do not do.
inline std::vector<Broken> operands() {
  return {
      {&rules::operand_count, network(rgb, {changed(adding_of({network_input}), [](Layer& l) { l.operands = 17; })}),
       "layer 0: an element-wise operation has 2 to 16 operands, any other layer 1: needs 17, MAX78000 has 16; "
       "combine the tensors in several layers"},
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
      {&rules::empty_output, network(rgb, {pooled(9, conv2d(4))}),
       "layer 0: nothing is left after pooling or convolution: needs 3x8x8, the result has 3x0x0; pool less, pad "
       "more, or use a larger input"},
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

inline std::vector<Broken> processors() {
  return {
      {&rules::write_gap, network(rgb, {placed(conv2d(4), 0x7, 0xf, 0, 0x1000, 16)}),
       "layer 0: the write gap is too large, or negative: needs 16, MAX78000 has 15; use a smaller gap; the nearest "
       "gap: 16 -> 15"},
      // Either the first tensor lies in front of the second one or behind it.
      {&rules::no_automatic_placement,
       network(rgb, {conv2d(4), conv2d(4), reading(conv2d(4), {0, 1}), reading(conv2d(4), {1, 0})}),
       "this network cannot be placed automatically; place its layers by hand, with place<>"},
      {&rules::first_group_unused, network(rgb, {placed(conv2d(4), 0x70000, 0xf0000, 0, 0x1000)}),
       "no layer uses processors 0 to 15; move a layer there"},
      {&rules::input_processors, network(rgb, {placed(conv2d(4), 0xf, 0xf, 0, 0x1000)}),
       "layer 0: the number of processors is not that of the input channels per pass: needs 3, the map has 4; give "
       "one processor per channel; processors: 0xf -> 0x7"},
      {&rules::processor_range, network(rgb, {placed(conv2d(4), 0x7, 0xf'0000, 0, 0x1000)}),
       "layer 0: the layer uses processors beyond the highest that may be used: needs 19, MAX78000 has 15; use lower "
       "ones, or leave processors_per_pass out",
       options_of<processors_per_pass<16>>()},
      {&rules::output_processors, network(rgb, {placed(conv2d(4), 0x7, 0x3, 0, 0x1000)}),
       "layer 0: the number of output processors is not that of the output channels per pass: needs 4, the map has "
       "2; give one processor per channel, by default those of the next layer; processors: 0x3 -> 0xf"},
      {&rules::packed_processors, network({4, 8, 8}, {placed(pooled(2), 0xf, 0xf0000, 0, 0x1000)}),
       "layer 0: a layer without weights writes, packed, to the group that it reads from: needs 4, the map has 0; use "
       "neighbouring output processors in the groups of the input, as many as there; output processors: 0xf0000 -> "
       "0xf"},
      {&rules::chw_processors, in_chw(network(rgb, {placed(conv2d(4), 0x7, 0xf, 0, 0x1000)})),
       "layer 0: the channels of a CHW input share a memory instance: needs 3, MAX78000 has 1; use every fourth "
       "processor, or an HWC input; processors: 0x7 -> 0x111"},
      {&rules::chw_passes, in_chw(network({68, 4, 4}, {placed(conv2d(4), 0xfffffffff, 0xf, 0, 0x1000)})),
       "layer 0: a CHW input has one pass and one operand: needs 2, MAX78000 has 1; use an HWC input"},
      {&rules::chw_input, in_chw(network({17, 8, 8}, {conv2d(4)})),
       "the input cannot lie in CHW order; use hwc, or an input of at most 16 channels that only one layer with "
       "weights reads"},
  };
}

inline std::vector<Broken> fifos() {
  return {
      {&rules::fifo_processors, network({8, 8, 8}, {placed(conv2d(4), 0xff, 0xf, 0, 0x1000)}),
       "layer 0: a FIFO reaches other processors: needs 0xff, MAX78000 has 0xf000f000f000f; use processors 0-3, 16-19, "
       "32-35, 48-51, "
       "for a CHW input 0, 16, 32, 48; processors: 0xff -> 0xf000f",
       fifo()},
      {&rules::stream_overrides, network({3, 8, 8}, {placed(conv2d(4), 0x7, 0xf, 0, 0x1000)}),
       "layer 0: a first layer behind a FIFO may start before its input is there, or loses some of it (start): needs "
       "64, the option has 63; leave out the override, or give a larger one",
       options_of<fifo_input, stream_start_override<63>>()},
      {&rules::fifo_operands,
       network({8, 8, 8}, {placed(changed(adding_of({network_input}, conv2d(4)), [](Layer& l) { l.operands = 2; }), 0xf,
                                  0xf, 0, 0x1000)}),
       "layer 0: a FIFO delivers one operand in one pass: needs 2, MAX78000 has 1; load the input into the data memory",
       fifo()},
      {&rules::fifo_rows, network({3, 64, 1}, {placed(conv1d(4, 3, 0, 5), 0x7, 0xf, 0, 0x1000)}),
       "layer 0: a widely dilated Conv1d reads whole rows, as many values as its dilation: more than the FIFOs "
       "deliver: needs 65, the input has 64; make the input a multiple of the dilation long, or load it into the data "
       "memory; the length of the input: 64 -> 65",
       fifo()},
      {&rules::fan_out_flatten, network({3, 2, 2}, {placed(flattened(linear(4)), 0x7, 0xf, 0, 0x1000)}),
       "layer 0: groups that take turns compute a channel from one value of each processor: they cannot flatten: "
       "needs 2x2; use the standard FIFOs, or load the input into the data memory",
       fifo(InputPath::quad_fast_fifo)},
      {&rules::fast_fifo_channels, network({8, 8, 8}, {placed(conv2d(4), 0xf000f, 0xf, 0, 0x1000)}),
       "layer 0: the fast FIFO delivers 4 channels, of a CHW input 1: needs 8, MAX78000 has 4; use the standard FIFOs",
       fifo(InputPath::fast_fifo)},
      {&rules::fast_fifo_layer, network({4, 8, 8}, {placed(pooled(2), 0xf, 0xf, 0, 0x1000)}),
       "layer 0: behind the fast FIFO there has to be a convolution with 8-bit output; use the standard FIFOs",
       fifo(InputPath::fast_fifo)},
  };
}

/// Offsets, and what does not fit.
inline std::vector<Broken> memories() {
  return {
      {&rules::input_offset, network(rgb, {placed(conv2d(4), 0x7, 0xf, -4, 0x1000)}),
       "layer 0: the input offset is negative: needs -4, MAX78000 has 0; use a multiple of 4, from 0 on; the nearest "
       "offset: -4 -> 0"},
      {&rules::offset_alignment, network(rgb, {placed(conv2d(4), 0x7, 0xf, 0, 0x1002)}),
       "layer 0: an offset is no multiple of 4: the chip rounds it down: needs 4098, MAX78000 has 4; use a multiple "
       "of 4; the offset that is used: 4098 -> 4096"},
      {&rules::output_offset, network(rgb, {placed(conv2d(4), 0x7, 0xf, 0, 0x20000)}),
       "layer 0: the output offset is out of range: needs 131072, MAX78000 has 131071; use a multiple of 4 inside a "
       "memory instance; the nearest offset: 131072 -> 32512"},
      {&rules::dilation_offset, network({3, 64, 1}, {placed(conv1d(4, 3, 0, 5), 0x70, 0xf, 0, 16)}),
       "layer 0: the output of a widely dilated Conv1d needs free memory in front of it: needs 20, the output has "
       "16; raise the output offset; the nearest offset: 16 -> 20"},
      {&rules::input_memory, network({4, 128, 128}, {placed(pooled(4, conv2d(4)), 0xf, 0xf0, 0, 0)}),
       "layer 0: the input does not fit into its data memory instances: needs 65536 bytes, MAX78000 has 32768 bytes; "
       "use a smaller image or fewer channels, CHW for the network's input, or a lower offset; CHW order: 65536 -> "
       "16384 bytes"},
      {&rules::output_memory, network({1, 128, 128}, {conv2d(4)}),
       "layer 0: the output does not fit into its data memory instances: needs 65536 bytes, MAX78000 has 32768 "
       "bytes; pool more, use fewer channels, or a lower offset; 2x2 pooling in front: 65536 -> 16384 bytes"},
      {&rules::data_memory, network({60, 64, 64}, {put_out(conv2d(60)), conv2d(60), conv2d(60)}),
       "layer 2: the tensors that are needed together do not fit into the data memories: needs 49152 bytes, MAX78000 "
       "has 32768 bytes (layer 0: 16384 bytes, layer 1: 16384 bytes, layer 2: 16384 bytes); pool earlier, use fewer "
       "channels, or go around fewer layers; 2x2 pooling in front in layer 0: 16384 -> 4096 bytes"},
      {&rules::weight_memory, network({64, 2, 2}, {conv2d(64), conv2d(1024, 1, 0), conv2d(512, 1, 0)}),
       "layer 2: the weights of this layer and those behind do not fit into the weight memory: needs 1092 columns, "
       "MAX78000 has 768 columns (layer 2: 911 columns, layer 1: 114 columns, layer 0: 64 columns); use fewer "
       "channels, weights of fewer bits, or other processors; 4-bit weights in layer 2: 1092 -> 636 columns"},
      {&rules::unaligned_weights, network(rgb, {placed(with_bits(4, conv2d(4)), 0x7, 0x1e, 0, 0x1000)}),
       "layer 0: the vendor's stream of weights of less than 8 bits is wrong with unaligned output processors: needs "
       "1, MAX78000 has 0; let the output processors start at a multiple of 4, or leave the option vendor_stream out",
       options_of<max7800x::vendor_stream>()},
      {&rules::bias_groups,
       network(rgb, {changed(placed(conv2d(4), 0x7, 0xf, 0, 0x1000),
                             [](Layer& l) {
                               l.bias = true;
                               l.placement.bias_groups = 2;
                             })}),
       "layer 0: the bias is to lie in a group that the network does not use: needs 1, the highest group in use has "
       "0; allow another group, or add the option any_bias_group"},
      {&rules::bias_memory, network({3, 2, 2}, {biased(conv2d(516, 1, 0))}),
       "layer 0: the bias does not fit into the bias memory of a group: needs 516 values, MAX78000 has 512 values; "
       "drop the bias of a layer, or use processors of another group too; no bias in layer 0: 516 -> 0 values"},
      {&rules::register_field, network({4, 1024, 2}, {pooled(2, conv2d(4)), conv2d(4)}),
       "layer 0: a value exceeds its register field (rows): needs 1025, MAX78000 has 1023; use a smaller tensor, "
       "window or write gap"},
  };
}

/// What the registers cannot say.
inline std::vector<Broken> registers() {
  return {
      {&rules::cleared_layer, plain(),
       "the last layer's registers are cleared: it computes nothing; leave the option clear_last_layer out; with "
       "vendor_stream it reproduces the vendor's tables",
       options_of<clear_last_layer>()},
      {&rules::repeated_input, network({4, 8, 8}, {placed(conv2d(4), 0xf, 0xf, 0, 0x1000)}),
       "an input through FIFOs is there for the first of several repetitions only: needs 2, MAX78000 has 1; load the "
       "input into the data memory, or do not repeat the layers",
       options_of<fifo_input, repetitions<2>>()},
      {&rules::fifo_reader,
       network({4, 8, 8}, {placed(conv2d(4), 0xf, 0xf0, 0, 0x1000),
                           placed(reading(conv2d(4), {network_input}), 0xf, 0xf00, 0, 0x2000)}),
       "layer 1: an input through FIFOs reaches the first layer only; load the input into the data memory, or let the "
       "first layer hand it on unchanged",
       fifo()},
      {&rules::input_once, network({4, 8, 8}, {placed(adding_of({-1, -1}), 0xf, 0xf, 0, 0x1000)}),
       "layer 0: the first layer finds the network's input in memory once: several of its sources cannot be that: "
       "needs 2, MAX78000 has 1; leave the placement to the planner, or let layers in front copy the input for each "
       "of them"},
      {&rules::fast_fifo_processors, network({4, 8, 8}, {placed(conv2d(4), 0xf'0000, 0xf, 0, 0x1000)}),
       "layer 0: the fast FIFO feeds the first group only: needs 16 to 19, the FIFO has 0 to 3; use processors 0-3, "
       "for a CHW input 0, or the standard FIFOs; processors: 0xf0000 -> 0xf",
       fifo(InputPath::fast_fifo)},
      {&rules::streamed_tensor,
       network({4, 8, 8}, {streamed(placed(put_out(conv2d(4)), 0xf, 0xf, 0, 0x1000)),
                           streamed(placed(conv2d(4), 0xf, 0xf0, 0x1000, 0x2000))}),
       "layer 0: the next layer streams this layer's output row by row: it is nowhere as a whole; let only the next "
       "layer read it, as its only source, and do not make it an output",
       fifo()},
      {&rules::chw_flatten, in_chw(network({4, 4, 4}, {placed(flattened(linear(2)), 0x1111, 0x3, 0, 0x1000)})),
       "layer 0: a map in CHW order cannot be flattened: only its first pixel would be read: needs 4x4, MAX78000 has "
       "1x1; use an HWC input"},
      {&rules::packed_lanes, network({4, 8, 8}, {placed(pooled(2), 0xf, 0x1e, 0, 0x1000)}),
       "layer 0: a layer without weights writes, packed, from the first lane of a block on: needs 0, the map has 1; "
       "let its output processors start at a multiple of 4 in every group; output processors: 0x1e -> 0xf"},
      {&rules::one_column,
       network({4, 36, 1}, {placed(changed(conv1d(4, 3, 1, 1),
                                           [](Layer& l) {
                                             l.in_extent = {18, 2};
                                           }),
                                   0xf, 0xf0, 0, 0)}),
       "layer 0: a Conv1d reads one column of values: needs 18x2, the column has 36 values; give its input one size: "
       "the "
       "number of all its values"},
      {&rules::transposed_pooling,
       network(rgb, {changed(pooled(2, transposed(4)),
                             [](Layer& l) {
                               l.pool_stride = {1, 1};
                             })}),
       "layer 0: in front of a ConvTranspose2d the chip pools square windows that do not overlap: it has no stride "
       "for them: needs 1x1, the window has 2x2; let the stride be the window, or pool in a layer of its own"},
      {&rules::transposed_pooling,
       network(rgb, {changed(pooled({2, 3}, transposed(4)),
                             [](Layer& l) {
                               l.pool_stride = {2, 2};
                             })}),
       "layer 0: in front of a ConvTranspose2d the chip pools square windows that do not overlap: it has no stride "
       "for them: needs 2x3, a square window has 2x2; let the stride be the window, or pool in a layer of its own"},
      {&rules::rounded_column,
       network({4, 36, 1}, {changed(pooled({2, 1}),
                                    [](Layer& l) {
                                      l.pooling = Pooling::average, l.pool_stride = {2, 2};
                                    })}),
       "layer 0: registers do not tell whether data one column wide is 1-D, of which the chip does not round the "
       "mean: needs 36x1; pool in a Conv1d, use maximum pooling, or leave the option average_pool_rounding out",
       options_of<average_pool_rounding>()},
  };
}

/// Tensors that overwrite each other or lie elsewhere than they are read.
inline std::vector<Broken> tensors() {
  return {
      {&rules::streaming_buffers,
       network(rgb,
               {streamed(placed(conv2d(4), 0x7, 0xf, 0, 0x1000)), streamed(placed(conv2d(4), 0xf, 0xf, 0x1000, 0x8)),
                streamed(placed(conv2d(4), 0xf, 0xf0, 0x8, 0x2000))}),
       "layer 2: the buffer that the layer streams from overlaps that of an earlier layer (network input): needs 8 to "
       "115, the other buffer has 0 to 11; choose another output offset for the layer in front",
       fifo()},
      {&rules::tensor_overwritten, network(rgb, {placed(conv2d(4), 0x7, 0xf, 0, 0x80)}),
       "layer 0: the output overwrites a tensor that is still needed (network input): needs 128 to 383, the "
       "other tensor has 0 to 255; choose another output offset, or other output processors"},
      {&rules::tensor_outside, network(rgb, {placed(conv2d(4), 0x7, 0xf, 0, 0x7f00, 1)}),
       "layer 0: the output leaves its data memory instances: needs 33020 bytes, MAX78000 has 32768 bytes; choose a "
       "lower output offset or a smaller write gap"},
      {&rules::output_trails_input, network(rgb, {placed(conv2d(4), 0x7, 0xf, 0x20, 0)}),
       "layer 0: the output, written in place, overtakes the input that is still to be read (network input): "
       "needs 0 to 255, the input has 32 to 287; keep more bytes between input and output",
       options_of<overlap_data>()},
      {&rules::read_processors,
       network(rgb, {placed(conv2d(4), 0x7, 0xf, 0, 0x1000), placed(conv2d(4), 0xf0, 0xf, 0x1000, 0x2000)}),
       "layer 1: the layer reads other processors than its source writes (layer 0): needs 4 to 7, the source has 0 "
       "to 3; give it the source's output processors"},
      {&rules::read_offset,
       network(rgb, {placed(conv2d(4), 0x7, 0xf, 0, 0x1000), placed(conv2d(4), 0xf, 0xf, 0x1400, 0x2000)}),
       "layer 1: the layer reads at another offset than its source writes (layer 0): needs 5120, the source has "
       "4096; correct the source's output offset"},
      {&rules::read_gap,
       network(rgb, {placed(conv2d(4), 0x7, 0xf, 0, 0x1000, 1), placed(conv2d(4), 0xf, 0xf, 0x1000, 0x2000)}),
       "layer 1: the source does not leave the gaps between its words that the layer expects (layer 0): needs 0, the "
       "source has 1; correct the source's write gap"},
      {&rules::read_size,
       in_chw(network({2, 16, 16}, {placed(conv2d(4), 0x11, 0xf00, 0, 0x1000),
                                    placed(reading(conv2d(4), {-1}), 0x11, 0xf000, 0, 0x1000)})),
       "layer 1: the layer reads another number of words than its source writes (network input): needs 1024 bytes, the "
       "source has 256 bytes; correct the layer's input size; an input in CHW order is read by the first layer only"},
      {&rules::read_channels,
       network({4, 2, 4},
               {placed(conv2d(128), 0xf, ~0ull, 0, 0x1000), placed(changed(conv2d(4),
                                                                           [](Layer& l) {
                                                                             l.in_channels = 64, l.in_extent = {4, 4};
                                                                           }),
                                                                   ~0ull, 0xf, 0x1000, 0x2000)}),
       "layer 1: the words of the source hold other channels than the layer takes them for (layer 0): needs 64 "
       "channels, the source has 128 channels; keep the channels where a tensor is reshaped; split tensors into "
       "operands of a whole pass each"},
      {&rules::reset_overwrites,
       changed(network({8, 6, 6}, {placed(conv2d(8), 0xff, 0xff0000, 0, 0x4000, 1),
                                   placed(reading(conv2d(8), {-1}), 0xff, 0xff0000, 0, 0x4004, 1),
                                   placed(adding_of({0, 1}), 0xff0000, 0xff0000, 0x4000, 0x2000),
                                   placed(pooled(Pooling::average, {2, 2}, {2, 2}), 0xff0000, 0xff0000, 0x2000, 0),
                                   placed(reading(conv2d(8), {-1}), 0xff, 0xff00, 0, 0x6000)}),
               [](Net& net) { net[3].output = true; }),
       "layer 3: in front of average pooling behind an element-wise layer, the hardware resets itself and writes a "
       "word "
       "over a tensor that is still needed (network input): needs 0 to 3, the other tensor has 0 to 143; choose "
       "another output offset, or put a layer between the two",
       {},
       nullptr,
       &max78002},
      {&rules::repeated_output,
       network(rgb, {placed(conv2d(4), 0x7, 0xf0, 0, 0), placed(conv2d(4), 0xf0, 0xf00, 0, 0),
                     placed(conv2d(4), 0xf00, 0xf0, 0, 0)}),
       "layer 2: layers that run once more write over the output, or over what it is computed from: needs 2 "
       "repetitions; give every tensor a place of its own, or do not repeat the layers",
       options_of<repetitions<2>>()},
  };
}

inline std::vector<Broken> crops() {
  return {
      {&rules::crop_rows,
       network(rgb, {conv2d(4), changed(conv2d(4), [](Layer& l) { l.crop_top = 5, l.crop_bottom = 3; })}),
       "layer 1: a layer leaves out all rows of its source, or fewer than none: needs 9 rows, the source has 8 "
       "rows; crop fewer rows"},
      {&rules::crop_input, network(rgb, {changed(conv2d(4), [](Layer& l) { l.crop_top = 1; })}),
       "layer 0: the network's first layer reads the whole input, and so do layers that stream; crop the input before "
       "it is loaded, or in a layer behind these"},
      {&rules::crop_joined,
       changed(concatenation_of_sizes(),
               [](Net& net) {
                 net[2].in_extent = {43, 2};
                 net[2].crop_top = 1;
               }),
       "layer 2: images that are joined one behind the other are read without a gap: needs 4x8x8, another one has "
       "4x6x6; crop them in layers of their own"},
  };
}

/// Rolling buffers and the layers that write to them.
inline std::vector<Broken> buffers() {
  const Options overlap = options_of<overlap_data>();
  return {
      {&rules::buffer_missing, network({4, 3, 3}, {placed(conv2d(4), 0xf, 0xf0, 0, 0x1000), keeping_rows()[2]}),
       "layer 1: the layer writes to a rolling buffer that the network does not have; add the buffer, in a description "
       "data_buffer"},
      {&rules::buffer_reader,
       changed(keeping_rows(),
               [](Net& net) {
                 net[3].sources.push(rolling_buffer);
                 net[3].placement.processors = 0xffff00;
               }),
       "layer 3: the rolling buffer is read as a whole, and not by a layer that streams; let the layer read the buffer "
       "alone, and not stream",
       overlap},
      {&rules::buffer_first, unplaced_rows([](Net& net) {
         net[0] = net[1];
         net[1] = net[2];
         net[1].sources = {};
         net[1].sources.push(network_input);
         net[2] = net[3];
         net.size = 3;
       }),
       "layer 0: the network's first layer reads the rolling buffer instead of the input; put a layer that reads the "
       "input in front of it"},
      {&rules::unwritten_buffer, unplaced_rows([](Net& net) { net[1] = net[3], net.size = 2; }),
       "a rolling buffer that no layer writes to is placed by hand only: its rows are always zero; insert rows with "
       "buffer_insert, or leave out the buffer and the layers that read it"},
      {&rules::buffer_shift,
       changed(keeping_rows(),
               [](Net& net) {
                 net[1].op = Operator::conv1d;
                 net[1].out_channels = 8;
               }),
       "layer 1: a layer that shifts the rolling buffer does nothing else; shift in a pass-through layer of its own, "
       "which reads the buffer",
       overlap},
      {&rules::buffer_shift_rows, changed(keeping_rows(), [](Net& net) { net[1].buffer_shift = 5; }),
       "layer 1: a shift moves at least one row of the rolling buffer, and keeps one: needs 6 rows, the buffer has 5 "
       "rows; shift by fewer rows, or leave the shift out",
       overlap},
      {&rules::buffer_insert_rows, changed(keeping_rows(), [](Net& net) { net[2].buffer_insert = 2; }),
       "layer 2: the output does not have the size of the rows that it replaces: needs 8x2x1, the output has 8x1x1; "
       "insert as many rows of the buffer's channels as the layer's output has pixels",
       overlap},
      {&rules::buffer_writer,
       changed(keeping_rows(),
               [](Net& net) {
                 net[2].buffer_insert = net[1].buffer_shift = 0;
                 net[1].placement.in_offset = 0x6000;
                 net[1].placement.out_offset = 0x3000;
                 net[2].placement.out_offset = 0x4000;
               }),
       "no layer writes to the rolling buffer: its rows are always zero; insert rows with buffer_insert, or leave the "
       "buffer out",
       overlap},
      {&rules::buffer_rest,
       changed(keeping_rows(),
               [](Net& net) {
                 net[1].buffer_shift = 2;
                 net[1].placement.in_offset = 0x6008;
               }),
       "layer 1: the chip leaves the old values in the rows that a shift vacates, and something reads them: needs 2 "
       "rows, what is inserted has 1 rows; insert at least as many rows behind the shift, before the buffer is read "
       "or shifted again",
       overlap},
  };
}

/// Where rolling buffers lie.
inline std::vector<Broken> buffer_places() {
  const Options overlap = options_of<overlap_data>();
  return {
      {&rules::repeated_buffer, keeping_rows(),
       "layer 1: layers that run once more shift the rolling buffer once more: needs 2, MAX78000 has 1; do not repeat "
       "the layers",
       options_of<overlap_data, repetitions<2>>()},
      {&rules::buffer_memory, changed(keeping_rows(), [](Net& net) { net.buffer.offset = 0x7ff0; }),
       "the rolling buffer does not fit into its data memory instances: needs 32772 bytes, MAX78000 has 32768 bytes; "
       "use fewer rows or channels, a lower offset, and one processor per channel of a pass",
       overlap},
      {&rules::buffer_alignment, changed(keeping_rows(), [](Net& net) { net.buffer.offset = 0x6001; }),
       "the rolling buffer does not begin with a word of the data memory: needs 24577, MAX78000 has 4; give it an "
       "offset that is a multiple of 4; the nearest offset below: 24577 -> 24576",
       overlap},
      {&rules::buffer_place, changed(keeping_rows(), [](Net& net) { net[2].placement.out_offset = 0x600c; }),
       "layer 2: the layer writes elsewhere than its rows of the rolling buffer lie (offset): needs 24592, the layer "
       "has 24588; let a shift write at the buffer's offset and other layers behind the rows that stay, without gaps, "
       "on the buffer's processors",
       overlap},
      {&rules::buffer_in_place, keeping_rows(),
       "layer 1: a shift of the rolling buffer writes over what it reads; allow it with the option overlap_data, on "
       "the command line --overlap-data"},
      {&rules::buffer_overwritten,
       changed(keeping_rows(),
               [](Net& net) {
                 net[3].placement.output_processors = 0xf00;
                 net[3].placement.out_offset = 0x6008;
               }),
       "layer 3: a tensor shares memory with the rolling buffer (rows): needs 24584 to 24595, the buffer has 24576 to "
       "24595; give one of them another offset, or other processors",
       overlap},
  };
}

/// Plans that are damaged.
inline std::vector<Broken> plans() {
  const Net two_weights = network({64, 4, 4}, {conv2d(64), biased(conv2d(4))});
  const Net two_biases = network(rgb, {biased(conv2d(4)), biased(conv2d(4))});
  return {
      {&rules::weights_overlap,
       two_weights,
       "layer 1: the layer's weights overlap another layer's (layer 0); plan them anew",
       {},
       [](Plan<40>& plan) { plan[1].kernels.written = plan[0].kernels.written; }},
      {&rules::weights_outside,
       two_weights,
       "layer 1: the layer's weights do not lie in the weight memory: needs 4 columns, the plan has 0 columns; plan "
       "them anew",
       {},
       [](Plan<40>& plan) { plan[1].kernels.written = {}; }},
      {&rules::bias_overlap,
       two_biases,
       "layer 1: the layer's bias overlaps another layer's (layer 0); plan it anew",
       {},
       [](Plan<40>& plan) { plan[1].bias_offset = plan[0].bias_offset + 3; }},
      {&rules::bias_outside,
       two_biases,
       "layer 1: the layer's bias does not lie in the bias memory: needs 514 values, MAX78000 has 512 values; plan "
       "it anew",
       {},
       [](Plan<40>& plan) { plan[1].bias_offset = 510; }},
  };
}

/// What the MAX78002 can do within limits of its own, and the MAX78000 cannot at all.
inline std::vector<Broken> later_parts() {
  const auto with_placement = [](Layer layer, auto change) {
    change(layer.placement);
    return layer;
  };
  const Layer depthwise = changed(conv2d(4), [](Layer& l) { l.groups = 4; });
  const auto binary = [](Layer layer) {
    layer.weight_bits = 1;
    layer.binary_weights = true;
    return layer;
  };
  const auto streaming = [](Layer layer) {
    layer.streaming = true;
    return layer;
  };
  const auto ahead = [](Placement& p) { p.read_ahead = true; };
  const auto on_max78002 = [](const Rule& rule, const Net& net, const char* sentence, const Options& options = {}) {
    return Broken{&rule, net, sentence, options, nullptr, &max78002};
  };
  return {
      {&rules::kernel_bypass, network(rgb, {changed(conv2d(4), [](Layer& l) { l.bypass = true; })}),
       "layer 0: this chip cannot bypass its kernels; use weights of 1"},
      on_max78002(
          rules::pool_size,
          network({3, 32, 32}, {changed(pooled(2),
                                        [](Layer& l) {
                                          l.pool_dilation = {16, 16};
                                        })}),
          "layer 0: a pooling window has 1 to 16 rows and columns, dilation included: needs 17x17, MAX78002 has "
          "16; pool in several layers"),
      on_max78002(
          rules::pool_dilation,
          network({3, 32, 32}, {changed(pooled(2),
                                        [](Layer& l) {
                                          l.pool_dilation = {17, 17};
                                        })}),
          "layer 0: the chip does not dilate pooling windows so far: needs 17x17, MAX78002 has 16; use a smaller "
          "pool dilation, on most chips 1; the nearest pool dilation: 17x17 -> 15x15"),
      on_max78002(rules::first_layer_fifo, plain(),
                  "FIFOs and streaming begin with the hardware's layer 0: needs 2, MAX78002 has 0; leave the option "
                  "first_layer out, or load the input into the data memory",
                  options_of<first_layer<2>, fifo_input>()),
      on_max78002(rules::binary_mixture,
                  network(rgb, {changed(conv2d(4),
                                        [](Layer& l) {
                                          l.weight_bits = 1;
                                          l.binary_weights = true;
                                        }),
                                changed(conv2d(4), [](Layer& l) { l.weight_bits = 1; })}),
                  "weights of 1 bit mean -1 and +1 in all layers of a network, or in none of them; give the other "
                  "layers binary weights, too, or more bits"),
      on_max78002(rules::repeated_first_layer, plain(),
                  "layers that are repeated begin with the hardware's layer 0: those in front of the first one would "
                  "be run, too, from the second time on: needs 1, MAX78002 has 0; leave the option first_layer out, or "
                  "do not repeat the layers",
                  options_of<first_layer<1>, repetitions<2>>()),
      on_max78002(rules::layer_numbers, plain(),
                  "the layers need more numbers than the hardware has: those in front of the first one count, and "
                  "those that reset an average pooling: needs 129, MAX78002 has 128; begin with a lower layer, or "
                  "remove layers",
                  options_of<first_layer<127>>()),
      on_max78002(rules::inserted_zeros, network({4, 24, 1}, {binary(conv1d(4, 3, 0, 4))}),
                  "layer 0: the hardware runs the layer with a larger kernel, filled up with zeros, which its weights "
                  "cannot say: needs 3x1; use weights of 2 bits or more, a kernel without dilation, or fewer layers "
                  "that stream"),
      on_max78002(rules::uneven_passes, network({4, 8, 8}, {binary(conv2d(66, 1, 0)), binary(conv2d(4, 1, 0))}),
                  "layer 1: weights without a zero need passes of equally many channels: processors without a channel "
                  "in the last one read what lies in their lanes: needs 66, the next multiple has 72; use a multiple "
                  "of the channels of a pass, or weights of 2 bits or more"),
      on_max78002(rules::bypassed_bits,
                  network({4, 8, 8}, {changed(conv2d(4), [](Layer& l) { l.bypass = true, l.weight_bits = 4; })}),
                  "layer 0: a bypassed kernel has no weights that could have fewer bits; leave the weight bits "
                  "out"),
      on_max78002(rules::dilated_maximum,
                  network({4, 24, 1}, {changed(pooled({2, 1}, conv1d(4, 3)),
                                               [](Layer& l) {
                                                 l.pool_dilation = {3, 1};
                                               })}),
                  "layer 0: it is not known what the chip makes of a dilated maximum in one dimension: of neighbours, "
                  "as the vendor's reference takes it, or of dilated values, as the registers say: needs 3, MAX78002 "
                  "has 1; pool without dilation, to the mean, or in a 2-D layer"),
      on_max78002(rules::transposed_pooling,
                  network({4, 8, 8}, {changed(pooled(2, transposed(4)),
                                              [](Layer& l) {
                                                l.pool_dilation = {2, 2};
                                              })}),
                  "layer 0: in front of a ConvTranspose2d the chip pools square windows that do not overlap: it has no "
                  "stride for them (dilation): needs 2x2, such a layer has 1x1; let the stride be the window, or pool "
                  "in a layer of its own"),
      on_max78002(rules::next_layer,
                  network(rgb, {conv2d(4), with_placement(conv2d(4), [](Placement& p) { p.next = 0; }), conv2d(4)}),
                  "layer 1: the layer that is executed next has to stand behind this one in the network: needs 0, the "
                  "network behind it has 2 to 2; name a later layer, or leave the next layer out"),
      on_max78002(rules::streaming_next,
                  network(rgb, {with_placement(streaming(conv2d(4)), [](Placement& p) { p.next = 2; }), conv2d(4),
                                reading(conv2d(4), {1})}),
                  "layer 0: a layer that streams hands its output over to the following one only: needs 2, the order "
                  "has 1; leave the next layer out, or do not stream",
                  fifo()),
      on_max78002(rules::skipped_layer,
                  network(rgb, {with_placement(conv2d(4), [](Placement& p) { p.next = 2; }), conv2d(4),
                                named("last", conv2d(4))}),
                  "layer 1: a layer in front jumps over this one, which is not executed: what it would write is needed "
                  "(last); let all readers read layers that are executed, or leave the next layer out"),
      on_max78002(rules::repeated_jump,
                  network(rgb, {with_placement(conv2d(4), [](Placement& p) { p.next = 2; }), conv2d(4),
                                reading(conv2d(4), {0})}),
                  "layer 0: layers that are repeated are executed in their order: needs 2, MAX78002 has 1; leave the "
                  "next layer out, or do not repeat the layers",
                  options_of<repetitions<2>>()),
      Broken{&rules::one_pass, network({16, 8, 8}, {conv2d(16)}),
             "layer 0: the channels do not fit into the one pass that this chip has: needs 16, the option has 4; leave "
             "the option processors_per_pass out, or use fewer channels",
             options_of<processors_per_pass<4>>(), nullptr, &ai84},
      on_max78002(rules::elementwise_bias, network(rgb, {conv2d(4), conv2d(4), adding_of({0, 1}, biased(conv2d(4)))}),
                  "layer 2: this chip has no bias behind an element-wise operation and a convolution in one layer; "
                  "combine the tensors in a layer of its own, or leave the bias out"),
      on_max78002(rules::padded_passes,
                  network({128, 16, 1}, {changed(conv1d(4, 3),
                                                 [](Layer& l) {
                                                   l.padding = {1, 0};
                                                 })}),
                  "layer 0: this chip cannot pad a Conv1d that reads more than one pass: needs 128, MAX78002 has "
                  "64; use pad<0>, or fewer channels"),
      on_max78002(rules::parallel_channels,
                  network(rgb, {with_placement(conv2d(6), [](Placement& p) { p.parallel_outputs = true; })}),
                  "layer 0: a layer that computes four output channels at a time needs a multiple of 4 of them: "
                  "needs 6, the next multiple has 8; use another number of channels, or leave the option out"),
      on_max78002(rules::read_gap_passes,
                  network({128, 8, 8}, {with_placement(conv2d(4), [](Placement& p) { p.read_gap = 1; })}),
                  "layer 0: only a layer of one pass can pass over words that it reads: needs 128, MAX78002 has "
                  "64; leave the read gap out, or read fewer channels"),
      on_max78002(rules::streaming_passthrough, network(rgb, {streaming(conv2d(4)), streaming(pooled(2)), conv2d(4)}),
                  "layer 1: a layer without weights cannot stream on this chip; fuse it with the convolution "
                  "behind it, or stream fewer layers",
                  fifo()),
      on_max78002(rules::depthwise_processors, network({4, 8, 8}, {placed(depthwise, 0xf, 0x1e0, 0, 0x1000)}),
                  "layer 0: the output processors of a depth-wise layer have to start at a multiple of 4, and so "
                  "its input processors if they lie in several groups: needs 0, the map has 1; use other "
                  "processors"),
      on_max78002(rules::depthwise_lanes, network({4, 8, 8}, {placed(depthwise, 0xf, 0x1070, 0, 0x1000)}),
                  "layer 0: a depth-wise layer leaves its output where it reads, or packs it group by group: needs "
                  "4 to 7, the map has 4 to 12; use the same processors for its input and its output, or "
                  "neighbouring output processors"),
      on_max78002(rules::read_ahead_blocks,
                  network(rgb, {with_placement(placed(conv2d(4), 0x7, 0xf, 0, 0x1000), ahead)}),
                  "layer 0: a layer that reads ahead cannot read and write the same RAM block of the data "
                  "memories: needs 0, the output has 4096; use an offset in another block, or do not read ahead"),
      on_max78002(rules::read_ahead_streams,
                  network(rgb, {streaming(placed(conv2d(4), 0x7, 0xf0, 0, 0x1000)),
                                streaming(with_placement(placed(conv2d(4), 0xf0, 0xf00, 0x1000, 0x2000), ahead))}),
                  "layer 1: layers that stream and read ahead need a RAM block of the data memories each: needs "
                  "4096, another layer has 0; use an offset in another block, or do not read ahead",
                  fifo()),
  };
}

/// What the AI84 can do in fewer ways.
inline std::vector<Broken> earlier_part() {
  const auto on_ai84 = [](const Rule& rule, const Net& net, const char* sentence) {
    return Broken{&rule, net, sentence, {}, nullptr, &ai84};
  };
  const auto line = [](int step, int padding, Layer layer = conv1d(4, 9)) {
    layer.stride = {step, 1};
    layer.padding = {padding, 0};
    return layer;
  };
  const char* const rows =
      "layer 0: this chip reads the values of a Conv1d as rows of a square kernel: kernel, stride, padding and length "
      "have to be whole rows (the stride): needs 1, AI84 has 3; use the numbers that are named, and a multiple of the "
      "row for padding and length";
  return {
      on_ai84(rules::column_rows, network({4, 36, 1}, {line(1, 3)}), rows),
      on_ai84(
          rules::column_pooling, network({4, 54, 1}, {pooled({2, 1}, line(3, 3))}),
          "layer 0: this chip cannot pool in front of a Conv1d, whose values it reads in rows: needs 2, AI84 has 1; "
          "pool in a 2-D layer, or with the option vendor_stream take what the vendor makes of it"),
      on_ai84(rules::pool_sizes, network({4, 12, 12}, {pooled(3, conv2d(4))}),
              "layer 0: this chip has only some sizes and strides of pooling windows (the window): needs 3x3; use 1, 2 "
              "or 4, in both directions, or pool in several layers"),
      on_ai84(rules::output_holes, network({4, 32, 32}, {pooled(4, conv2d(4)), conv2d(4)}),
              "layer 0: another layer cannot read this output: the chip leaves holes in it where such windows were "
              "pooled: needs 4x4; pool so in the last layer only, or use smaller windows"),
      on_ai84(rules::feature, network(rgb, {conv2d(4, 1, 0)}),
              "layer 0: the chip does not have a feature that is asked for (1x1 kernels); do without it, or "
              "choose another chip; use 3x3 kernels with pad<1>"),
      on_ai84(rules::pool_stride_alone,
              network(rgb, {changed(conv2d(4),
                                    [](Layer& l) {
                                      l.pool_stride = {2, 2};
                                    })}),
              "layer 0: this chip passes over pixels only where it pools: needs 2x2, a layer that does not pool has "
              "1x1; pool windows of the stride's size, or leave the stride out; the stride: 2x2 -> 1x1"),
      on_ai84(rules::binary_weights, network(rgb, {changed(conv2d(4), [](Layer& l) { l.binary_weights = true; })}),
              "layer 0: this chip has no binary weights; use ordinary weights; weights of 8 bits"),
      on_ai84(rules::padding_kernel, network({4, 36, 1}, {line(3, 9)}),
              "layer 0: padding has to be smaller than the kernel: needs 10x1, the kernel has 9x1; pad less, or use a "
              "larger kernel; the nearest padding: 9x0 -> 6x0"),
  };
}

/// A classifier of 5 outputs, and layers behind it that leave if one of them is high.
inline Net leaving(int exits = 1, int channel = 0, Shape input = {4, 1, 1}) {
  Net net = network(input, {linear(5)});
  if (input.pixels() > 1) net[0] = conv2d(5);
  net[0].output = true;
  for (int k = 0; k < exits; ++k) {
    Layer test = incuse::detail::exit_draft({ExitTest::one, channel, 40 + k}).layer;
    test.sources.push(0);
    net[net.size++] = test;
  }
  Layer last = conv2d(4, 1, 0);
  last.sources.push(network_input);
  net[net.size++] = last;
  return net;
}

inline std::vector<Broken> exits() {
  const auto on = [](const Device& device, const Rule& rule, const Net& net, const char* sentence,
                     const Options& options = {}) { return Broken{&rule, net, sentence, options, nullptr, &device}; };
  return {
      on(max78000, rules::early_exit, leaving(),
         "layer 1: the chip cannot end an inference early; deploy FirstStage<Net> and SecondStage<Net> "
         "(model/stages.hpp), and let the program decide between them"),
      on(max78002, rules::exit_count, leaving(3),
         "more early exits than the chip has units that look for them: needs 3, MAX78002 has 2; leave some out"),
      on(max78002, rules::exit_pixels, leaving(1, 0, {4, 8, 8}),
         "layer 1: an early exit tests the channels of one pixel: needs 1x1, the output has 8x8; end its layers in a "
         "Linear layer, or pool the whole map"),
      on(max78002, rules::exit_channel, leaving(1, 5),
         "layer 1: an early exit tests a channel that its layers do not have: needs 6 channels, the output has 5 "
         "channels; correct the channel"),
      on(max78002, rules::exit_width, changed(leaving(), [](Net& net) { net[0].wide = true; }),
         "layer 1: an early exit tests signed bytes, not a 32-bit output: needs 32, MAX78002 has 8; leave out the "
         "option wide"),
      on(max78002, rules::exit_alone, leaving(),
         "a network with an early exit runs once, layer after layer (repetitions); leave this out, or deploy "
         "FirstStage<Net> and SecondStage<Net> (model/stages.hpp)",
         options_of<repetitions<2>>()),
      on(max78002, rules::exit_alone, leaving(),
         "a network with an early exit runs once, layer after layer (single steps); leave this out, or deploy "
         "FirstStage<Net> and SecondStage<Net> (model/stages.hpp)",
         options_of<with<Feature::single_steps>>()),
      on(max78002, rules::exit_alone, changed(leaving(), [](Net& net) { net[1].placement.next_on_hit = 2; }),
         "a network with an early exit runs once, layer after layer (next_layer); leave this out, or deploy "
         "FirstStage<Net> and SecondStage<Net> (model/stages.hpp)"),
  };
}

inline std::vector<Broken> networks() {
  std::vector<Broken> all;
  for (const auto subject : {wholes,  sources, kernels,       dilations, poolings,    operands,     sizes,
                             numbers, streams, processors,    fifos,     memories,    registers,    tensors,
                             crops,   buffers, buffer_places, plans,     later_parts, earlier_part, exits})
    for (const Broken& broken : subject()) all.push_back(broken);
  return all;
}

}  // namespace incuse::test::broken
