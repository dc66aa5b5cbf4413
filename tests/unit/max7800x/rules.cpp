// Every rule of the chip is broken by a network of its own; the sentence is compared word by word.
#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/rules.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <support/random.hpp>

using namespace incuse;
using namespace incuse::max7800x;

namespace {

using Net = Graph<40>;

Net network(Shape input, std::initializer_list<Layer> layers) {
  Net graph;
  graph.input = input;
  for (const Layer& layer : layers) graph[graph.size++] = layer;
  return graph;
}

Layer conv(int channels, Extent kernel = {3, 3}, Extent padding = {1, 1}) {
  Layer layer;
  layer.op = Operator::conv2d;
  layer.out_channels = channels;
  layer.kernel = kernel;
  layer.padding = padding;
  return layer;
}

Layer conv1d(int channels, int taps, int dilation = 1, int padding = 0) {
  Layer layer = conv(channels, {taps, 1}, {padding, 0});
  layer.op = Operator::conv1d;
  layer.dilation = {dilation, 1};
  return layer;
}

Layer transposed(int channels, Extent kernel = {3, 3}) {
  Layer layer = conv(channels, kernel);
  layer.op = Operator::conv_transpose2d;
  layer.stride = {2, 2};
  layer.output_padding = 1;
  return layer;
}

Layer linear(int features, bool flatten = false) {
  Layer layer = conv(features, {1, 1}, {0, 0});
  layer.op = Operator::linear;
  layer.flatten = flatten;
  return layer;
}

Layer pool(Extent window, Layer layer = {}) {
  layer.pooling = Pooling::max;
  layer.pool = layer.pool_stride = window;
  return layer;
}

Layer add(std::initializer_list<int> sources, Layer layer = {}) {
  layer.elementwise = Elementwise::add;
  layer.operands = static_cast<int>(sources.size());
  for (int source : sources) layer.sources.push(source);
  return layer;
}

template <class Change>
Layer changed(Layer layer, Change change) {
  change(layer);
  return layer;
}

Layer placed(Layer layer, ProcessorMap in, ProcessorMap out = 0, int in_offset = Placement::not_given,
             int out_offset = Placement::not_given, int gap = 0) {
  layer.placement = {in, out, in_offset, out_offset, gap, 0};
  return layer;
}

using Tamper = void (*)(Plan<40>&);

/// A network that breaks a rule, and what is said about it.
struct Broken {
  const Rule* rule;
  Net graph;
  std::string sentence;
  Options options{};
  Tamper tamper = nullptr;  ///< damages the plan
};

Findings findings_of(const Broken& broken) {
  const Net graph = infer(broken.graph);
  Plan<40> plan = plan_if_possible(graph, max78000, broken.options);
  if (broken.tamper != nullptr) broken.tamper(plan);
  return inspect(graph, plan, max78000, broken.options);
}

Options fifo(InputPath path = InputPath::fifo) {
  Options options;
  options.input_path = path;
  options.runs_on_risc_v = true;
  return options;
}

Options vendor_stream() {
  Options options;
  options.vendor_stream = true;
  return options;
}

Options overlapping() {
  Options options;
  options.overlap_data = true;
  return options;
}

Net concatenation_of_sizes() {
  Net net = network({3, 8, 8}, {conv(4), conv(4, {3, 3}, {0, 0}), conv(8, {1, 1}, {0, 0})});
  net[1].sources.push(0);
  net[2].sources.push(0);
  net[2].sources.push(1);
  return net;
}

/// Rows of a rolling buffer are moved, added and read.
Net keeping_rows() {
  Layer move, row = conv(8, {3, 3}, {0, 0}), look;
  move.sources.push(rolling_buffer);
  move.buffer_shift = 1;
  row.sources.push(0);
  row.buffer_insert = 1;
  look.op = Operator::conv1d;
  look.kernel = {3, 1};
  look.out_channels = 4;
  look.sources.push(rolling_buffer);
  Net net = network({4, 3, 3}, {placed(conv(4), 0xf, 0xf0, 0, 0x1000), placed(move, 0xff00, 0xff00, 0x6004, 0x6000),
                                placed(row, 0xf0, 0xff00, 0x1000, 0x6010), placed(look, 0xff00, 0xf, 0x6000, 0x2000)});
  net.buffer = {"rows", 8, 5, 0xff00, 0x6000};
  return net;
}
Net keeping_rows(void (*change)(Net&)) {
  Net net = keeping_rows();
  change(net);
  return net;
}

std::vector<Broken> broken_networks() {
  const Shape rgb{3, 8, 8};
  std::vector<Broken> all;
  const auto expect = [&](const Rule& rule, const Net& graph, std::string sentence, Options options = {},
                          Tamper tamper = nullptr) {
    all.push_back({&rule, graph, sentence, options, tamper});
  };

  Net many = network(rgb, {});
  for (int i = 0; i < 33; ++i) many[many.size++] = conv(4);
  expect(rules::layer_count, many,
         "the network has too many layers: needs 33, MAX78000 has 32; fuse pooling with the convolution behind it, or "
         "remove layers");
  Net floating = network(rgb, {conv(4)});
  floating.real_input = true;
  expect(rules::real_input, floating,
         "the chip reads signed bytes, not real numbers; leave real out of the input, and quantise in front of the "
         "network");
  expect(rules::input_shape, network({3, 0, 8}, {conv(4)}),
         "the input is empty: needs 3x0x8; give it at least one channel, row and column");

  const Net plain = network(rgb, {conv(4), conv(4)});
  expect(rules::feature, plain,
         "the chip does not have a feature that is asked for (PLL); leave the option out, or choose another chip",
         options_of<max7800x::with<Feature::pll>>());
  expect(rules::first_layer, plain,
         "the hardware's first layer is out of range: needs 4, MAX78000 has 0; start with layer 0",
         options_of<first_layer<4>>());
  expect(rules::repetitions, plain,
         "the network does not fit so many times into the layer registers: needs 66, MAX78000 has 32; repeat it less "
         "often; repetitions: 33 -> 16",
         options_of<repetitions<33>>());
  expect(rules::fast_fifo_core, network({4, 8, 8}, {conv(4)}),
         "only the RISC-V core reaches the fast FIFO; add runs_on_risc_v, or use the standard FIFOs",
         options_of<input_through<InputPath::fast_fifo>>());
  expect(
      rules::deep_sleep_core, plain,
      "only a program on the RISC-V core lets the other one sleep deeply; add runs_on_risc_v, or leave deep_sleep out",
      options_of<deep_sleep>());
  expect(rules::synthesized_input_path, plain,
         "an input can be synthesized for a FIFO only; add fifo_input, or load the whole input",
         options_of<synthesized_words<8>>());
  expect(rules::synthesized_input, network(rgb, {placed(conv(4), 0x7, 0xf, 0, 0x1000)}),
         "layer 0: a synthesized input is HWC with at most 4 channels, and its words divide its pixels: needs 7, the "
         "image has 64; choose another number of words, or load the whole input; synthesized_words: 7 -> 8",
         options_of<fifo_input, synthesized_words<7>>());
  expect(rules::synthesized_input, network({8, 8, 8}, {placed(conv(4), 0xf000f, 0xf, 0, 0x1000)}),
         "layer 0: a synthesized input is HWC with at most 4 channels, and its words divide its pixels: needs 8, "
         "MAX78000 has 4; choose another number of words, or load the whole input",
         options_of<fifo_input, synthesized_words<8>>());
  expect(rules::mlator_output, network({3, 5, 5}, {conv(4)}),
         "layer 0: the byte swapper cannot deliver this output: it is unloaded without it: needs 4x5x5; leave the "
         "option mlator_unload out, or use an 8-bit output of 4, 8, 12 ... pixels",
         options_of<mlator_unload>());

  expect(rules::source_order, network(rgb, {conv(4), changed(conv(4), [](Layer& l) { l.sources.push(1); })}),
         "layer 1: a layer reads its own output or a later one's: needs 1, the network before it has 0; let it read "
         "earlier layers only");
  const auto joins = [](Layer layer, std::initializer_list<int> sources) {
    return changed(layer, [&](Layer& l) {
      for (int source : sources) l.sources.push(source);
    });
  };
  expect(rules::concatenated_channels, network(rgb, {conv(32), conv(32), conv(32), joins(conv(4), {0, 1, 2})}),
         "layer 3: a concatenated tensor does not fit behind those in front of it: needs 32 channels, the pass has 16 "
         "channels; let the tensors have 64 channels together, each counted in fours, or fill a pass each");
  expect(rules::concatenated_sizes, concatenation_of_sizes(),
         "layer 2: concatenated tensors differ in size: needs 4x8x8, another one has 4x6x6; bring them to one size, or "
         "say with view<> of which image they are the pixels, one behind the other");
  expect(rules::operand_shapes, network(rgb, {conv(4), pool({2, 2}), add({0, 1})}),
         "layer 2: tensors that are combined element by element differ in shape: needs 4x8x8, another operand has "
         "4x4x4; bring the operands to one shape");
  expect(rules::reshaped_channels,
         network({64, 1, 1}, {changed(conv(4),
                                      [](Layer& l) {
                                        l.in_channels = 4;
                                        l.in_extent = {4, 4};
                                      })}),
         "layer 0: the chip cannot turn channels into pixels or pixels into channels: each channel has a memory of its "
         "own: needs 4x4x4, the source has 64x1x1; make a map of few values with a 1x1 Conv2d and ConvTranspose2d "
         "layers, values of a map with Flatten and Linear");
  expect(rules::reshape,
         network(rgb, {conv(4), changed(conv(4),
                                        [](Layer& l) {
                                          l.in_extent = {4, 4};
                                          l.in_channels = 4;
                                        })}),
         "layer 1: the layer reads a different number of values than its source delivers: needs 64, the source has "
         "256; correct the layer's own input size");

  expect(
      rules::one_dimensional_data, network({3, 32, 1}, {conv1d(4, 3), conv(4, {1, 1}, {0, 0})}),
      "layer 1: a 2-D operator reads the values that a Conv1d wrote: needs 30x1; use Conv1d, or give the layer a 2-D "
      "input size");

  expect(rules::kernel_size, network(rgb, {conv(4), changed(conv(4, {5, 5}), [](Layer& l) { l.name = "conv3"; })}),
         "layer 1 (conv3): a Conv2d kernel has to be 1x1 or 3x3: needs 5x5, MAX78000 has 3x3; put several 3x3 "
         "convolutions one behind the other; 3x3 kernels that reach as far: 5x5 -> 2 kernels");
  expect(rules::kernel_length, network({3, 32, 1}, {conv1d(4, 11)}),
         "layer 0: a Conv1d kernel has to have 1 to 9 taps: needs 11, MAX78000 has 9; put several convolutions one "
         "behind the other, or dilate a shorter one; shorter kernels that reach as far: 11 -> 2 kernels");
  expect(rules::transposed_kernel, network(rgb, {transposed(4, {5, 5})}),
         "layer 0: a ConvTranspose2d kernel has to be 3x3: needs 5x5, MAX78000 has 3x3; use a 3x3 kernel");
  expect(rules::linear_kernel,
         network(rgb, {changed(linear(4),
                               [](Layer& l) {
                                 l.kernel = {3, 3};
                               })}),
         "layer 0: a Linear layer has no kernel: needs 3x3, MAX78000 has 1x1; use Conv2d");
  expect(rules::linear_map, network({16, 8, 8}, {linear(10)}),
         "layer 0: a Linear layer in front of which nothing flattens its map gives a map again: needs 10x8x8; put "
         "Flatten in front of it, in a description flatten: true; or, if every pixel is meant, write a Conv2d with a "
         "1x1 kernel");
  expect(rules::convolution_stride,
         network(rgb, {changed(conv(4),
                               [](Layer& l) {
                                 l.stride = {2, 2};
                               })}),
         "layer 0: a convolution has stride 1, a ConvTranspose2d stride 2: needs 2x2, MAX78000 has 1x1; pool in front "
         "of the convolution to reduce the size");
  expect(rules::padding_range, network(rgb, {conv(4, {3, 3}, {3, 3})}),
         "layer 0: padding is 0, 1 or 2: needs 3x3, MAX78000 has 2; pad less, or pad the training data; the nearest "
         "padding: 3x3 -> 2x2");
  expect(rules::padding_kernel, network(rgb, {conv(4, {1, 1}, {1, 1})}),
         "layer 0: padding has to be smaller than the kernel: needs 1x1, the kernel has 1x1; pad less, or use a larger "
         "kernel; the nearest padding: 1x1 -> 0x0");
  expect(
      rules::output_padding, network(rgb, {changed(conv(4), [](Layer& l) { l.output_padding = 1; })}),
      "layer 0: output padding is 1 for ConvTranspose2d and 0 for all others: needs 1, MAX78000 has 0; leave it out");
  expect(rules::convolution_groups, network(rgb, {changed(conv(3), [](Layer& l) { l.groups = 3; })}),
         "layer 0: this chip has no convolution in groups: needs 3, MAX78000 has 1; use an ordinary convolution, or a "
         "chip with depth-wise convolution");
  expect(rules::groups_divide, network(rgb, {changed(conv(4), [](Layer& l) { l.groups = 2; })}),
         "layer 0: the number of groups has to divide the channels, and be 1 or equal to them: needs 2, the input has "
         "3; correct the number of groups");
  expect(rules::dilation_operator,
         network(rgb, {changed(conv(4),
                               [](Layer& l) {
                                 l.dilation = {2, 2};
                               })}),
         "layer 0: only Conv1d can be dilated: needs 2x2, MAX78000 has 1x1; use dilation 1");
  expect(rules::dilation_range, network({3, 1024, 1}, {conv1d(4, 2, 1024)}),
         "layer 0: the dilation is out of range: needs 1024, MAX78000 has 1023; dilate less; the nearest dilation: "
         "1024 -> 1023");
  expect(rules::dilation_one_tap, network({3, 32, 1}, {conv1d(4, 1, 2)}),
         "layer 0: a kernel with one tap cannot be dilated: needs 2, MAX78000 has 1; use dilation 1");
  expect(rules::dilation_taps, network({3, 64, 1}, {conv1d(4, 4, 5)}),
         "layer 0: a Conv1d that spans more than 9 values has at most 3 taps: needs 4, MAX78000 has 3; use fewer taps "
         "or a smaller dilation; a smaller dilation: 5 -> 2");
  expect(rules::dilation_padding, network({3, 64, 1}, {conv1d(4, 3, 5, 1)}),
         "layer 0: a Conv1d that spans more than 9 values has no padding: needs 1, MAX78000 has 0; use pad<0> or a "
         "smaller dilation; a smaller dilation: 5 -> 4");
  expect(rules::dilation_alone, network({3, 64, 1}, {pool({2, 1}, conv1d(4, 2, 10))}),
         "layer 0: a Conv1d that spans more than 9 values does not pool, combine operands, flatten or stream; do that "
         "in a layer of its own, or use a smaller dilation");

  expect(rules::pool_size, network({3, 64, 64}, {pool({17, 17}, conv(4))}),
         "layer 0: a pooling window has 1 to 16 rows and columns, dilation included: needs 17x17, MAX78000 has 16; "
         "pool in several layers");
  expect(rules::pool_stride,
         network({3, 64, 64}, {changed(pool({2, 2}),
                                       [](Layer& l) {
                                         l.pool_stride = {17, 17};
                                       })}),
         "layer 0: a pooling stride is 1 to 16: needs 17x17, MAX78000 has 16; pool in several layers; the nearest "
         "stride: 17x17 -> 16x16");
  expect(rules::pool_stride_square, network(rgb, {pool({1, 2}, conv(4))}),
         "layer 0: the pooling stride of a 2-D layer is the same in both directions: needs 1x2; use a square pooling "
         "window, or give one stride");
  expect(rules::pool_kind, network(rgb, {changed(pool({2, 2}), [](Layer& l) { l.pooling = Pooling::pick; })}),
         "layer 0: this chip pools windows within their tensor, to their maximum or their mean; leave out same_padding "
         "and pick_column; MaxPool2d<1, stride<2>> takes every second pixel");
  expect(rules::pool_kind, network(rgb, {changed(pool({2, 2}), [](Layer& l) { l.pool_column = 1; })}),
         "layer 0: this chip pools windows within their tensor, to their maximum or their mean; leave out same_padding "
         "and pick_column; MaxPool2d<1, stride<2>> takes every second pixel");
  expect(rules::pool_dilation,
         network(rgb, {changed(pool({2, 2}),
                               [](Layer& l) {
                                 l.pool_dilation = {2, 2};
                               })}),
         "layer 0: this chip has no dilated pooling: needs 2x2, MAX78000 has 1; use pool dilation 1");
  expect(rules::pool_in_passes, network({128, 8, 8}, {pool({2, 2})}),
         "layer 0: pooling without a convolution handles at most 64 channels: needs 128, MAX78000 has 64; fuse the "
         "pooling with the convolution behind it, or pool to 1x1");
  expect(rules::pool_last_operands,
         network(rgb, {conv(4), conv(4), conv(4),
                       changed(add({0, 1, 2}, pool({2, 2})), [](Layer& l) { l.pool_first = false; })}),
         "layer 3: pooling behind an element-wise operation takes at most 2 operands: needs 3, MAX78000 has 2; pool "
         "first, or pool in a layer of its own");
  expect(rules::pool_last_meaning, network(rgb, {changed(conv(4), [](Layer& l) { l.pool_first = false; })}),
         "layer 0: pooling last needs both pooling and an element-wise operation; leave the order out");

  expect(rules::operand_count, network(rgb, {changed(add({network_input}), [](Layer& l) { l.operands = 17; })}),
         "layer 0: an element-wise operation has 2 to 16 operands, any other layer 1: needs 17, MAX78000 has 16; "
         "combine the tensors in several layers");
  expect(rules::operand_sources,
         network(rgb, {conv(4), conv(4), conv(4), changed(add({0, 1, 2}), [](Layer& l) { l.operands = 2; })}),
         "layer 3: an element-wise operation names another number of tensors than it combines: needs 2, the list of "
         "sources has 3; name one tensor per operand");
  expect(rules::elementwise_conv1d, network({3, 32, 1}, {conv1d(4, 3), conv1d(4, 1), add({0, 0}, conv1d(4, 3))}),
         "layer 2: an element-wise operation cannot be fused with Conv1d: needs 2, MAX78000 has 1; combine the tensors "
         "in a layer of its own");
  expect(
      rules::elementwise_passes,
      network({3, 4, 4}, {conv(192, {1, 1}, {0, 0}), conv(192, {1, 1}, {0, 0}), add({0, 1}, conv(4, {1, 1}, {0, 0}))}),
      "layer 2: an element-wise operation on so many channels cannot be fused with pooling or convolution: needs 192, "
      "MAX78000 has 128; combine the tensors in a layer of its own");

  expect(rules::padding_value, network(rgb, {changed(conv(4), [](Layer& l) { l.pad_value = 1; })}),
         "layer 0: the chip pads with zeros; leave pad_value<> out");
  expect(rules::processor_layer, network(rgb, {changed(conv(4), [](Layer& l) { l.on_cpu = true; })}),
         "layer 0: a deployment on this chip has no layers of the processor; end the network in front of the layer, or "
         "leave on_cpu out where the accelerator has such a layer");
  expect(rules::passthrough_padding,
         network(rgb, {conv(4), changed(pool({2, 2}),
                                        [](Layer& l) {
                                          l.padding = {1, 1};
                                        })}),
         "layer 1: only convolutions pad: needs 1x1, MAX78000 has 0; pad in the convolution behind the layer");
  expect(rules::passthrough_activation,
         network(rgb, {conv(4), changed(pool({2, 2}), [](Layer& l) { l.activation = Activation::relu; })}),
         "layer 1: a layer without weights has no activation; put the activation into the convolution in front");
  expect(
      rules::table_activation, network(rgb, {changed(conv(4), [](Layer& l) { l.activation = Activation::function; })}),
      "layer 0: this chip knows no activation functions but ReLU and Abs; use one of them, or a chip with activation "
      "tables");
  expect(
      rules::batch_norm, network(rgb, {changed(conv(4), [](Layer& l) { l.batch_norm = true; })}),
      "layer 0: this chip has no batch norm; fold it into weights and bias before they are quantised, as the training "
      "framework does, and leave BatchNorm2d out");
  expect(rules::passthrough_shift, network(rgb, {conv(4), changed(pool({2, 2}), [](Layer& l) { l.output_shift = 1; })}),
         "layer 1: a layer without weights does not shift its output: needs 1, MAX78000 has 0; shift in the "
         "convolution in front");
  expect(rules::passthrough_wide, network(rgb, {conv(4), changed(pool({2, 2}), [](Layer& l) { l.wide = true; })}),
         "layer 1: a layer without weights has 8-bit output: needs 32, MAX78000 has 8; make the convolution in front "
         "the last layer");

  expect(rules::empty_output, network(rgb, {pool({9, 9}, conv(4))}),
         "layer 0: nothing is left after pooling or convolution: needs 3x8x8, the result has 3x0x0; pool less, pad "
         "more, or use a larger input");
  expect(rules::dimension, network({1, 1025, 8}, {pool({2, 2}, conv(4))}),
         "layer 0: a tensor has too many rows or columns: needs 1025x8, MAX78000 has 1024x1024; use a smaller image; a "
         "smaller image: 1025x8 -> 512x4");
  expect(rules::channels, network(rgb, {conv(1025)}),
         "layer 0: a layer has too many input or output channels, or none: needs 1025, MAX78000 has 1024; use 1 to "
         "1024 channels; equal parts, each in a layer of its own: 1025 -> 513");
  expect(rules::frame_size, network({1024, 512, 512}, {conv(4)}),
         "layer 0: the input of a layer has too many values per processor: needs 4194304, MAX78000 has 2097151; use a "
         "smaller image or fewer channels; pooling in front: 512x512 -> 256x256");

  expect(rules::flatten_pixels, network({1, 17, 17}, {linear(10, true)}),
         "layer 0: a flattened map has too many pixels: needs 289, MAX78000 has 256; pool more in front of the "
         "flatten; pooling in front: 17x17 -> 8x8");
  expect(rules::flatten_alone, network(rgb, {pool({2, 2}, linear(10, true))}),
         "layer 0: a layer that flattens needs weights and neither pools nor streams; pool in a layer in front");
  expect(rules::flatten_split, network({200, 1, 3}, {linear(10, true)}),
         "layer 0: in the vendor's stream, a flattened tensor has to divide evenly among passes and processors: needs "
         "600, the share of the processors has 624; use a multiple of 4 channels for every pass, or leave the option "
         "vendor_stream out",
         vendor_stream());
  expect(rules::flatten_useless, network({8, 1, 1}, {linear(10, true)}),
         "layer 0: a 1x1 map needs no flatten; leave it out");

  expect(rules::weight_bits, network(rgb, {changed(conv(4), [](Layer& l) { l.weight_bits = 3; })}),
         "layer 0: weights have 1, 2, 4 or 8 bits: needs 3, MAX78000 has 8; choose one of these; the nearest width: 3 "
         "-> 2");
  expect(rules::binary_weights,
         network(rgb, {changed(conv(4), [](Layer& l) { l.weight_bits = 1, l.binary_weights = true; })}),
         "layer 0: this chip has no binary weights; use weights of 1 bit, which mean -1 and 0");
  expect(rules::shift_range, network(rgb, {changed(conv(4), [](Layer& l) { l.weight_bits = 4, l.output_shift = 12; })}),
         "layer 0: the output shift, with 8 less the weight bits added, is too large: needs 16, MAX78000 has 15; scale "
         "the weights differently; the nearest output shift: 12 -> 11");
  expect(rules::wide_activation,
         network(rgb, {changed(conv(4), [](Layer& l) { l.wide = true, l.activation = Activation::abs; })}),
         "layer 0: a 32-bit output is the bare accumulator: it has no activation; leave out the activation, or use "
         "8-bit output");
  expect(rules::wide_inside, network(rgb, {changed(conv(4), [](Layer& l) { l.wide = true; }), conv(4)}),
         "layer 0: the next layer cannot read a 32-bit output: needs 32, MAX78000 has 8; use 32-bit output in the last "
         "layer only");

  const auto streams = [](Layer layer) { return changed(layer, [](Layer& l) { l.streaming = true; }); };
  expect(rules::streaming_input, network(rgb, {streams(conv(4)), conv(4)}),
         "layer 0: a streaming first layer needs its input from a FIFO; add the option fifo_input, or do not stream");
  expect(
      rules::streaming_order, network(rgb, {conv(4), streams(conv(4))}),
      "layer 1: only the layers from the first one on can stream; stream the layer in front, or do not stream this one",
      fifo());
  Net rows = network(rgb, {});
  for (int i = 0; i < 9; ++i) rows[rows.size++] = streams(conv(4));
  expect(rules::streaming_count, rows, "layer 8: too many layers stream: needs 9, MAX78000 has 8; stream fewer layers",
         fifo());
  expect(rules::streaming_last_padding, network(rgb, {streams(conv(4, {3, 3}, {0, 0})), conv(4)}),
         "layer 0: the last streaming layer needs padding in both directions: needs 0x0, MAX78000 has 1x1; pad it, or "
         "stream one layer more or less",
         fifo());
  expect(rules::streaming_bias, network(rgb, {changed(streams(conv(4)), [](Layer& l) { l.bias = true; }), conv(4)}),
         "layer 0: a bias in a streaming layer may not work; train without this bias", fifo());

  expect(rules::write_gap, network(rgb, {placed(conv(4), 0x7, 0xf, 0, 0x1000, 16)}),
         "layer 0: the write gap is too large, or negative: needs 16, MAX78000 has 15; use a smaller gap; the nearest "
         "gap: 16 -> 15");
  // Either the first tensor lies in front of the second one or behind it.
  expect(rules::no_automatic_placement,
         network(rgb, {conv(4), conv(4), joins(conv(4), {0, 1}), joins(conv(4), {1, 0})}),
         "this network cannot be placed automatically; place its layers by hand, with place<>");
  expect(rules::first_group_unused, network(rgb, {placed(conv(4), 0x70000, 0xf0000, 0, 0x1000)}),
         "no layer uses processors 0 to 15; move a layer there");
  expect(rules::input_processors, network(rgb, {placed(conv(4), 0xf, 0xf, 0, 0x1000)}),
         "layer 0: the number of processors is not that of the input channels per pass: needs 3, the map has 4; give "
         "one processor per channel; processors: 0xf -> 0x7");
  expect(rules::processor_range, network(rgb, {placed(conv(4), 0x7, 0xf'0000, 0, 0x1000)}),
         "layer 0: the layer uses processors beyond the highest that may be used: needs 19, MAX78000 has 15; use lower "
         "ones, or leave processors_per_pass out",
         options_of<processors_per_pass<16>>());
  expect(rules::output_processors, network(rgb, {placed(conv(4), 0x7, 0x3, 0, 0x1000)}),
         "layer 0: the number of output processors is not that of the output channels per pass: needs 4, the map has "
         "2; give one processor per channel, by default those of the next layer; processors: 0x3 -> 0xf");
  expect(
      rules::packed_processors, network({4, 8, 8}, {placed(pool({2, 2}), 0xf, 0xf0000, 0, 0x1000)}),
      "layer 0: a layer without weights writes, packed, to the group that it reads from: needs 4, the map has 0; use "
      "neighbouring output processors in the groups of the input, as many as there; output processors: 0xf0000 -> 0xf");
  Net chw = network(rgb, {placed(conv(4), 0x7, 0xf, 0, 0x1000)});
  chw.input_format = DataFormat::chw;
  expect(rules::chw_processors, chw,
         "layer 0: the channels of a CHW input share a memory instance: needs 3, MAX78000 has 1; use every fourth "
         "processor, or an HWC input; processors: 0x7 -> 0x111");
  Net chw_wide = network({68, 4, 4}, {placed(conv(4), 0xfffffffff, 0xf, 0, 0x1000)});
  chw_wide.input_format = DataFormat::chw;
  expect(rules::chw_passes, chw_wide,
         "layer 0: a CHW input has one pass and one operand: needs 2, MAX78000 has 1; use an HWC input");
  Net chw_many = network({17, 8, 8}, {conv(4)});
  chw_many.input_format = DataFormat::chw;
  expect(rules::chw_input, chw_many,
         "the input cannot lie in CHW order; use hwc, or an input of at most 16 channels that only one layer with "
         "weights reads");
  expect(rules::fifo_processors, network({8, 8, 8}, {placed(conv(4), 0xff, 0xf, 0, 0x1000)}),
         "layer 0: a FIFO reaches other processors: needs 8, MAX78000 has 16; use processors 0-3, 16-19, 32-35, 48-51, "
         "for a CHW input 0, 16, 32, 48; processors: 0xff -> 0xf000f",
         fifo());
  expect(rules::stream_overrides, network({3, 8, 8}, {placed(conv(4), 0x7, 0xf, 0, 0x1000)}),
         "layer 0: a first layer behind a FIFO may start before its input is there, or loses some of it (start): needs "
         "64, the option has 63; leave out the override, or give a larger one",
         options_of<fifo_input, stream_start_override<63>>());
  expect(
      rules::fifo_operands,
      network({8, 8, 8},
              {placed(changed(add({network_input}, conv(4)), [](Layer& l) { l.operands = 2; }), 0xf, 0xf, 0, 0x1000)}),
      "layer 0: a FIFO delivers one operand in one pass: needs 2, MAX78000 has 1; load the input into the data memory",
      fifo());
  expect(
      rules::fifo_rows, network({3, 64, 1}, {placed(conv1d(4, 3, 5), 0x7, 0xf, 0, 0x1000)}),
      "layer 0: a widely dilated Conv1d reads whole rows, as many values as its dilation: more than the FIFOs "
      "deliver: needs 65, the input has 64; make the input a multiple of the dilation long, or load it into the data "
      "memory; the length of the input: 64 -> 65",
      fifo());
  expect(rules::fan_out_flatten, network({3, 2, 2}, {placed(linear(4, true), 0x7, 0xf, 0, 0x1000)}),
         "layer 0: groups that take turns compute a channel from one value of each processor: they cannot flatten: "
         "needs 2x2; use the standard FIFOs, or load the input into the data memory",
         fifo(InputPath::quad_fast_fifo));
  expect(
      rules::fast_fifo_channels, network({8, 8, 8}, {placed(conv(4), 0xf000f, 0xf, 0, 0x1000)}),
      "layer 0: the fast FIFO delivers 4 channels, of a CHW input 1: needs 8, MAX78000 has 4; use the standard FIFOs",
      fifo(InputPath::fast_fifo));
  expect(rules::fast_fifo_layer, network({4, 8, 8}, {placed(pool({2, 2}), 0xf, 0xf, 0, 0x1000)}),
         "layer 0: behind the fast FIFO there has to be a convolution with 8-bit output; use the standard FIFOs",
         fifo(InputPath::fast_fifo));
  expect(rules::input_offset, network(rgb, {placed(conv(4), 0x7, 0xf, -4, 0x1000)}),
         "layer 0: the input offset is negative: needs -4, MAX78000 has 0; use a multiple of 4, from 0 on; the nearest "
         "offset: -4 -> 0");
  expect(rules::offset_alignment, network(rgb, {placed(conv(4), 0x7, 0xf, 0, 0x1002)}),
         "layer 0: an offset is no multiple of 4: the chip rounds it down: needs 4098, MAX78000 has 4; use a multiple "
         "of 4; the offset that is used: 4098 -> 4096");
  expect(rules::output_offset, network(rgb, {placed(conv(4), 0x7, 0xf, 0, 0x20000)}),
         "layer 0: the output offset is out of range: needs 131072, MAX78000 has 131071; use a multiple of 4 inside a "
         "memory instance; the nearest offset: 131072 -> 32764");
  expect(rules::dilation_offset, network({3, 64, 1}, {placed(conv1d(4, 3, 5), 0x70, 0xf, 0, 16)}),
         "layer 0: the output of a widely dilated Conv1d needs free memory in front of it: needs 20, the output has "
         "16; raise the output offset; the nearest offset: 16 -> 20");
  expect(rules::input_memory, network({4, 128, 128}, {placed(pool({4, 4}, conv(4)), 0xf, 0xf0, 0, 0)}),
         "layer 0: the input does not fit into its data memory instances: needs 65536 bytes, MAX78000 has 32768 bytes; "
         "use a smaller image or fewer channels, CHW for the network's input, or a lower offset; CHW order: 65536 -> "
         "16384 bytes");
  expect(rules::output_memory, network({1, 128, 128}, {conv(4)}),
         "layer 0: the output does not fit into its data memory instances: needs 65536 bytes, MAX78000 has 32768 "
         "bytes; pool more, use fewer channels, or a lower offset; 2x2 pooling in front: 65536 -> 16384 bytes");
  expect(rules::data_memory,
         network({60, 64, 64}, {changed(conv(60), [](Layer& l) { l.output = true; }), conv(60), conv(60)}),
         "layer 2: the tensors that are needed together do not fit into the data memories: needs 49152 bytes, MAX78000 "
         "has 32768 bytes (layer 0: 16384 bytes, layer 1: 16384 bytes, layer 2: 16384 bytes); pool earlier, use fewer "
         "channels, or go around fewer layers; 2x2 pooling in front in layer 0: 16384 -> 4096 bytes");
  expect(rules::weight_memory, network({64, 2, 2}, {conv(64), conv(1024, {1, 1}, {0, 0}), conv(512, {1, 1}, {0, 0})}),
         "layer 2: the weights of this layer and those behind do not fit into the weight memory: needs 1092 columns, "
         "MAX78000 has 768 columns (layer 2: 911 columns, layer 1: 114 columns, layer 0: 64 columns); use fewer "
         "channels, weights of fewer bits, or other processors; 4-bit weights in layer 2: 1092 -> 636 columns");
  expect(rules::unaligned_weights,
         network(rgb, {placed(changed(conv(4), [](Layer& l) { l.weight_bits = 4; }), 0x7, 0x1e, 0, 0x1000)}),
         "layer 0: the vendor's stream of weights of less than 8 bits is wrong with unaligned output processors: needs "
         "1, MAX78000 has 0; let the output processors start at a multiple of 4, or leave the option vendor_stream out",
         vendor_stream());
  expect(rules::bias_groups,
         network(rgb, {changed(placed(conv(4), 0x7, 0xf, 0, 0x1000),
                               [](Layer& l) {
                                 l.bias = true;
                                 l.placement.bias_groups = 2;
                               })}),
         "layer 0: the bias is to lie in a group that the network does not use: needs 1, the highest group in use has "
         "0; allow another group, or add the option any_bias_group");
  expect(rules::bias_memory, network({3, 2, 2}, {changed(conv(516, {1, 1}, {0, 0}), [](Layer& l) { l.bias = true; })}),
         "layer 0: the bias does not fit into the bias memory of a group: needs 516 values, MAX78000 has 512 values; "
         "drop the bias of a layer, or use processors of another group too; no bias in layer 0: 516 -> 0 values");
  expect(rules::register_field, network({4, 1024, 2}, {pool({2, 2}, conv(4)), conv(4)}),
         "layer 0: a value exceeds its register field (rows): needs 1025, MAX78000 has 1023; use a smaller tensor, "
         "window or write gap");

  // What the registers cannot say.
  expect(rules::cleared_layer, plain,
         "the last layer's registers are cleared: it computes nothing; leave the option clear_last_layer out; with "
         "vendor_stream it reproduces the vendor's tables",
         options_of<clear_last_layer>());
  expect(rules::repeated_input, network({4, 8, 8}, {placed(conv(4), 0xf, 0xf, 0, 0x1000)}),
         "an input through FIFOs is there for the first of several repetitions only: needs 2, MAX78000 has 1; load the "
         "input into the data memory, or do not repeat the layers",
         options_of<fifo_input, repetitions<2>>());
  expect(
      rules::fifo_reader,
      network({4, 8, 8},
              {placed(conv(4), 0xf, 0xf0, 0, 0x1000),
               placed(changed(conv(4), [](Layer& l) { l.sources.push(network_input); }), 0xf, 0xf00, 0, 0x2000)}),
      "layer 1: an input through FIFOs reaches the first layer only; load the input into the data memory, or let the "
      "first layer hand it on unchanged",
      fifo());
  expect(rules::streamed_tensor,
         network({4, 8, 8}, {streams(placed(changed(conv(4), [](Layer& l) { l.output = true; }), 0xf, 0xf, 0, 0x1000)),
                             streams(placed(conv(4), 0xf, 0xf0, 0x1000, 0x2000))}),
         "layer 0: the next layer streams this layer's output row by row: it is nowhere as a whole; let only the next "
         "layer read it, as its only source, and do not make it an output",
         fifo());
  Net flat_chw = network({4, 4, 4}, {placed(linear(2, true), 0x1111, 0x3, 0, 0x1000)});
  flat_chw.input_format = DataFormat::chw;
  expect(rules::chw_flatten, flat_chw,
         "layer 0: a map in CHW order cannot be flattened: only its first pixel would be read: needs 4x4, MAX78000 has "
         "1x1; use an HWC input");
  expect(rules::packed_lanes, network({4, 8, 8}, {placed(pool({2, 2}), 0xf, 0x1e, 0, 0x1000)}),
         "layer 0: a layer without weights writes, packed, from the first lane of a block on: needs 0, the map has 1; "
         "let its output processors start at a multiple of 4 in every group; output processors: 0x1e -> 0xf");
  expect(rules::one_column,
         network({4, 36, 1}, {placed(changed(conv1d(4, 3, 1, 1),
                                             [](Layer& l) {
                                               l.in_extent = {18, 2};
                                             }),
                                     0xf, 0xf0, 0, 0)}),
         "layer 0: a Conv1d reads one column of values: needs 18x2, the column has 36 values; give its input one size: "
         "the "
         "number of all its values");
  expect(rules::transposed_pooling,
         network(rgb, {changed(pool({2, 2}, transposed(4)),
                               [](Layer& l) {
                                 l.pool_stride = {1, 1};
                               })}),
         "layer 0: in front of a ConvTranspose2d the chip pools square windows that do not overlap: it has no stride "
         "for them: needs 1x1, the window has 2x2; let the stride be the window, or pool in a layer of its own");
  expect(rules::rounded_column,
         network({4, 36, 1}, {changed(pool({2, 1}),
                                      [](Layer& l) {
                                        l.pooling = Pooling::average, l.pool_stride = {2, 2};
                                      })}),
         "layer 0: registers do not tell whether data one column wide is 1-D, of which the chip does not round the "
         "mean: needs 36x1; pool in a Conv1d, use maximum pooling, or leave the option average_pool_rounding out",
         options_of<average_pool_rounding>());

  // Verification.
  expect(
      rules::streaming_buffers,
      network(rgb, {streams(placed(conv(4), 0x7, 0xf, 0, 0x1000)), streams(placed(conv(4), 0xf, 0xf, 0x1000, 0x8)),
                    streams(placed(conv(4), 0xf, 0xf0, 0x8, 0x2000))}),
      "layer 2: the buffer that the layer streams from overlaps that of an earlier layer (network input): needs 8 to "
      "115, the other buffer has 0 to 11; choose another output offset for the layer in front",
      fifo());
  expect(rules::tensor_overwritten, network(rgb, {placed(conv(4), 0x7, 0xf, 0, 0x80)}),
         "layer 0: the output overwrites a tensor that is still needed (network input): needs 128 to 383, the "
         "other tensor has 0 to 255; choose another output offset, or other output processors");
  expect(rules::tensor_outside, network(rgb, {placed(conv(4), 0x7, 0xf, 0, 0x7f00, 1)}),
         "layer 0: the output leaves its data memory instances: needs 33020 bytes, MAX78000 has 32768 bytes; choose a "
         "lower output offset or a smaller write gap");
  expect(rules::output_trails_input, network(rgb, {placed(conv(4), 0x7, 0xf, 0x20, 0)}),
         "layer 0: the output, written in place, overtakes the input that is still to be read (network input): "
         "needs 0 to 255, the input has 32 to 287; keep more bytes between input and output",
         overlapping());
  expect(rules::read_processors,
         network(rgb, {placed(conv(4), 0x7, 0xf, 0, 0x1000), placed(conv(4), 0xf0, 0xf, 0x1000, 0x2000)}),
         "layer 1: the layer reads other processors than its source writes (layer 0): needs 4 to 7, the source has 0 "
         "to 3; give it the source's output processors");
  expect(rules::read_offset,
         network(rgb, {placed(conv(4), 0x7, 0xf, 0, 0x1000), placed(conv(4), 0xf, 0xf, 0x1400, 0x2000)}),
         "layer 1: the layer reads at another offset than its source writes (layer 0): needs 5120, the source has "
         "4096; correct the source's output offset");
  expect(rules::read_gap,
         network(rgb, {placed(conv(4), 0x7, 0xf, 0, 0x1000, 1), placed(conv(4), 0xf, 0xf, 0x1000, 0x2000)}),
         "layer 1: the source does not leave the gaps between its words that the layer expects (layer 0): needs 0, the "
         "source has 1; correct the source's write gap");
  expect(rules::read_size,
         network(rgb, {placed(changed(conv(4), [](Layer& l) { l.wide = true; }), 0x7, 0xf, 0, 0x1000),
                       placed(conv(4), 0xf, 0xf, 0x1000, 0x2000)}),
         "layer 1: the layer reads another number of words than its source writes (layer 0): needs 256 bytes, the "
         "source has 1024 bytes; correct the layer's input size");
  expect(rules::read_channels,
         network({4, 2, 4},
                 {placed(conv(128), 0xf, ~0ull, 0, 0x1000), placed(changed(conv(4),
                                                                           [](Layer& l) {
                                                                             l.in_channels = 64, l.in_extent = {4, 4};
                                                                           }),
                                                                   ~0ull, 0xf, 0x1000, 0x2000)}),
         "layer 1: the words of the source hold other channels than the layer takes them for (layer 0): needs 64 "
         "channels, the source has 128 channels; keep the channels where a tensor is reshaped; split tensors into "
         "operands of a whole pass each");
  expect(rules::repeated_output,
         network(rgb, {placed(conv(4), 0x7, 0xf0, 0, 0), placed(conv(4), 0xf0, 0xf00, 0, 0),
                       placed(conv(4), 0xf00, 0xf0, 0, 0)}),
         "layer 2: layers that run once more write over the output, or over what it is computed from: needs 2 "
         "repetitions; give every tensor a place of its own, or do not repeat the layers",
         options_of<repetitions<2>>());
  const Layer halves = changed(Layer{}, [](Layer& l) {
    l.elementwise = Elementwise::add;
    l.operands = 2;
    l.in_channels = 4;
    l.in_extent = {8, 4};
  });
  expect(
      rules::divided_source, network(rgb, {placed(conv(4), 0x7, 0xf, 0, 0x1000), placed(halves, 0xf, 0xf, 0x1000, 0)}),
      "layer 1: the operands are parts of one image, for which the chip takes neighbouring pixels (layer 0): needs 8 "
      "channels, the source has 4 channels; give every operand channels of its own, or a tensor of its own");
  const Net two = network({64, 4, 4}, {conv(64), changed(conv(4), [](Layer& l) { l.bias = true; })});
  expect(
      rules::crop_rows, network(rgb, {conv(4), changed(conv(4), [](Layer& l) { l.crop_top = 5, l.crop_bottom = 3; })}),
      "layer 1: a layer leaves out more rows than its source has, or fewer than none: needs 8 rows, the source has 8 "
      "rows; crop fewer rows");
  expect(
      rules::crop_input, network(rgb, {changed(conv(4), [](Layer& l) { l.crop_top = 1; })}),
      "layer 0: the network's first layer reads the whole input, and so do layers that stream; crop the input before "
      "it is loaded, or in a layer behind these");
  Net joined = concatenation_of_sizes();
  joined[2].in_extent = {43, 2};
  joined[2].crop_top = 1;
  expect(rules::crop_joined, joined,
         "layer 2: images that are joined one behind the other are read without a gap: needs 4x8x8, another one has "
         "4x6x6; crop them in layers of their own");
  const Options overlap = overlapping();
  Options twice = overlap;
  twice.repetitions = 2;
  Net without = network({4, 3, 3}, {placed(conv(4), 0xf, 0xf0, 0, 0x1000), keeping_rows()[2]});
  expect(
      rules::buffer_missing, without,
      "layer 1: the layer writes to a rolling buffer that the network does not have; add the buffer, in a description "
      "data_buffer");
  expect(rules::buffer_reader, keeping_rows([](Net& net) {
           net[3].sources.push(rolling_buffer);
           net[3].placement.processors = 0xffff00;
         }),
         "layer 3: the rolling buffer is read as a whole, and not by the first layer; let the layer read the buffer "
         "alone, and another one the network's input",
         overlap);
  expect(rules::buffer_shift, keeping_rows([](Net& net) {
           net[1].op = Operator::conv1d;
           net[1].out_channels = 8;
         }),
         "layer 1: a layer that shifts the rolling buffer does nothing else; shift in a pass-through layer of its own, "
         "which reads the buffer",
         overlap);
  expect(rules::buffer_shift_rows, keeping_rows([](Net& net) { net[1].buffer_shift = 5; }),
         "layer 1: a shift moves at least one row of the rolling buffer, and keeps one: needs 5 rows, the buffer has 5 "
         "rows; shift by fewer rows, or leave the shift out",
         overlap);
  expect(rules::buffer_insert_rows, keeping_rows([](Net& net) { net[2].buffer_insert = 2; }),
         "layer 2: the output does not have the size of the rows that it replaces: needs 8x2x1, the output has 8x1x1; "
         "insert as many rows of the buffer's channels as the layer's output has pixels",
         overlap);
  expect(
      rules::buffer_writer, keeping_rows([](Net& net) {
        net[2].buffer_insert = net[1].buffer_shift = 0;
        net[1].placement.in_offset = 0x6000;
        net[1].placement.out_offset = 0x3000;
        net[2].placement.out_offset = 0x4000;
      }),
      "no layer writes to the rolling buffer: its rows are always zero; insert rows with buffer_insert, or leave the "
      "buffer out",
      overlap);
  expect(rules::buffer_rest, keeping_rows([](Net& net) {
           net[1].buffer_shift = 2;
           net[1].placement.in_offset = 0x6008;
         }),
         "layer 1: the chip leaves the old values in the rows that a shift vacates, and something reads them: needs 2 "
         "rows, what is inserted has 1 rows; insert at least as many rows behind the shift, before the buffer is read "
         "or shifted again",
         overlap);
  expect(
      rules::repeated_buffer, keeping_rows(),
      "layer 1: layers that run once more shift the rolling buffer once more: needs 2, MAX78000 has 1; do not repeat "
      "the layers",
      twice);
  expect(rules::buffer_memory, keeping_rows([](Net& net) { net.buffer.offset = 0x7ff0; }),
         "the rolling buffer does not fit into its data memory instances: needs 32772 bytes, MAX78000 has 32768 bytes; "
         "use fewer rows or channels, a lower offset, and one processor per channel of a pass",
         overlap);
  expect(
      rules::buffer_place, keeping_rows([](Net& net) { net[2].placement.out_offset = 0x600c; }),
      "layer 2: the layer writes elsewhere than its rows of the rolling buffer lie (offset): needs 24592, the layer "
      "has 24588; let a shift write at the buffer's offset and other layers behind the rows that stay, without gaps, "
      "on the buffer's processors",
      overlap);
  expect(rules::buffer_in_place, keeping_rows(),
         "layer 1: a shift of the rolling buffer writes over what it reads; allow it with the option overlap_data, on "
         "the command line --overlap-data");
  expect(
      rules::buffer_overwritten, keeping_rows([](Net& net) {
        net[3].placement.output_processors = 0xf00;
        net[3].placement.out_offset = 0x6008;
      }),
      "layer 3: a tensor shares memory with the rolling buffer (rows): needs 24584 to 24595, the buffer has 24576 to "
      "24595; give one of them another offset, or other processors",
      overlap);
  expect(rules::weights_overlap, two, "layer 1: the layer's weights overlap another layer's (layer 0); plan them anew",
         {}, [](Plan<40>& plan) { plan[1].kernels.written = plan[0].kernels.written; });
  expect(rules::weights_outside, two,
         "layer 1: the layer's weights do not lie in the weight memory: needs 4 columns, the plan has 0 columns; plan "
         "them anew",
         {}, [](Plan<40>& plan) { plan[1].kernels.written = {}; });
  const Net biased = network(
      rgb, {changed(conv(4), [](Layer& l) { l.bias = true; }), changed(conv(4), [](Layer& l) { l.bias = true; })});
  expect(rules::bias_overlap, biased, "layer 1: the layer's bias overlaps another layer's (layer 0); plan it anew", {},
         [](Plan<40>& plan) { plan[1].bias_offset = plan[0].bias_offset + 3; });
  expect(rules::bias_outside, biased,
         "layer 1: the layer's bias does not lie in the bias memory: needs 514 values, MAX78000 has 512 values; plan "
         "it anew",
         {}, [](Plan<40>& plan) { plan[1].bias_offset = 510; });
  return all;
}

std::string name_of(const Rule& rule) { return string_of(rule.id); }

std::string sentence(const Finding& finding) {
  const Sentence words = sentence_of(finding, max78000.name);
  return string_of(words);
}

}  // namespace

TEST_CASE("Every rule names the layer, what is needed, what there is and what to change") {
  for (const Broken& broken : broken_networks()) {
    CAPTURE(name_of(*broken.rule));
    std::vector<std::string> said;
    for (const Finding& finding : findings_of(broken))
      if (finding.rule == broken.rule) said.push_back(sentence(finding));
    CHECK(said == std::vector<std::string>{broken.sentence});
  }
}

TEST_CASE("Every rule of the catalogue is broken by a network") {
  const std::vector<Broken> networks = broken_networks();
  for_each_rule([&](const Rule& rule) {
    CAPTURE(name_of(rule));
    CHECK(std::any_of(networks.begin(), networks.end(), [&](const Broken& b) { return b.rule == &rule; }));
    CHECK(!rule.sentence.empty());
    CHECK(!rule.remedy.empty());
    CHECK(!rule.source.empty());
  });
}

TEST_CASE("what an author says is meant is not asked again") {
  const auto breaks = [](const Rule& rule, const Net& net) { return check(infer(net), max78000).contains(rule); };
  CHECK(breaks(rules::linear_map, network({16, 8, 8}, {linear(10)})));
  CHECK_FALSE(breaks(rules::linear_map, network({16, 8, 8}, {linear(10, true)})));
  CHECK_FALSE(breaks(rules::linear_map, network({16, 1, 1}, {linear(10)})));
  Net net = concatenation_of_sizes();
  CHECK(breaks(rules::concatenated_sizes, net));
  net[2].in_extent = {10, 10};
  CHECK_FALSE(breaks(rules::concatenated_sizes, net));
  // One mistake: that the values do not fill the image that nobody has named is a consequence.
  net[2].in_extent = {0, 0};
  net[1].out_channels = 8;
  CHECK(breaks(rules::concatenated_sizes, net));
  CHECK_FALSE(breaks(rules::reshape, net));
}

TEST_CASE("weights beyond everything that is planned are refused with their columns") {
  for (int channels = 64; channels <= 1024; channels += 64)
    for (int bits : {1, 2, 4, 8}) {
      Net net = network({channels, 2, 2}, {conv(channels)});
      net[0].weight_bits = bits;
      const long long needed = (channels / 64 * channels * 9LL * bits + 71) / 72;
      const Findings found = check(infer(net), max78000);
      CAPTURE(channels);
      CAPTURE(bits);
      CHECK(found.contains(rules::weight_memory) == (needed > 768));
      if (needed > 768) CHECK(found[0].needs.values[0] >= needed);
      if (needed > 2 * 768) CHECK(found[0].needs.values[0] == needed);  // not even planned
    }
}

TEST_CASE("of more layers than a finding lists the largest are named, also by compilers") {
  constexpr auto found = [] {
    Graph<8> net;
    net.input = {64, 2, 2};
    net.size = 8;
    for (int i = 0; i < net.size; ++i) {
      net[i].op = Operator::conv2d;
      net[i].kernel = {3, 3};
      net[i].padding = {1, 1};
      net[i].out_channels = i % 2 == 0 ? 128 : 64;
    }
    return check(infer(net), max78000);
  };
  const auto expect_shares = [](const Findings& findings) {
    REQUIRE(findings.contains(rules::weight_memory));
    const auto& shares = findings[0].shares;
    CHECK(shares.size == 6);
    CHECK(shares.dropped == 2);
    for (int i = 1; i < shares.size; ++i) CHECK(shares[i - 1].amount.values[0] >= shares[i].amount.values[0]);
  };
#ifndef __SANITIZE_ADDRESS__  // with sanitizers, GCC does not compare the address of a register's field at compile time
  static constexpr Findings compiled = found();
  expect_shares(compiled);
#endif
  expect_shares(found());
}

// Weights that exceed the memory by little, by much, of few and of many layers: whoever takes the advice is done.
TEST_CASE("narrower weights as the advice names them fit") {
  int helped = 0;
  for (int channels = 64; channels <= 160; channels += 8)
    for (int layers = 5; layers <= 12; ++layers) {
      Net net = network({16, 8, 8}, {});
      for (int i = 0; i < layers; ++i) net[net.size++] = conv(i % 3 == 0 ? channels / 2 : channels);
      const Findings found = check(infer(net), max78000);
      if (!found.contains(rules::weight_memory)) continue;
      CAPTURE(channels);
      CAPTURE(layers);
      CHECK(found.errors() == 1);
      const Advice advice = found[0].advice;
      if (advice.change.empty()) continue;
      const int bits = advice.change[0] - '0';
      net[advice.layer].weight_bits = bits;
      for (int further : advice.further_layers) net[further].weight_bits = bits;
      CHECK(check(infer(net), max78000).ok());
      ++helped;
    }
  CHECK(helped > 20);
}

// Rules that no network type can break have nothing to be refused: the language or the planner prevents it.
TEST_CASE("Every other rule has a network type that compilers refuse") {
  const std::set<const Rule*> unreachable = {&rules::input_shape,          &rules::source_order,
                                             &rules::one_dimensional_data, &rules::linear_kernel,
                                             &rules::convolution_groups,   &rules::groups_divide,
                                             &rules::pool_last_operands,   &rules::pool_last_meaning,
                                             &rules::operand_count,        &rules::operand_sources,
                                             &rules::passthrough_padding,  &rules::passthrough_shift,
                                             &rules::passthrough_wide,     &rules::passthrough_activation,
                                             &rules::flatten_alone,        &rules::flatten_useless,
                                             &rules::weight_bits,          &rules::wide_activation,
                                             &rules::wide_inside,          &rules::streaming_bias,
                                             &rules::mlator_output,        &rules::offset_alignment,
                                             &rules::unaligned_weights,    &rules::weights_overlap,
                                             &rules::weights_outside,      &rules::bias_overlap,
                                             &rules::bias_outside,         &rules::stream_overrides,
                                             &rules::buffer_missing,       &rules::buffer_shift};
  const std::filesystem::path folder = std::filesystem::path(__FILE__).parent_path() / "../../fail/rules";
  for_each_rule([&](const Rule& rule) {
    CAPTURE(name_of(rule));
    CHECK(std::filesystem::exists(folder / (name_of(rule) + ".cpp")) == (unreachable.count(&rule) == 0));
  });
}

TEST_CASE("One mistake is one error") {
  // These break a second rule by their nature: nothing remains of the image, the planner leaves no space in front of
  // the output, a wide tensor is both written and read, 36 processors share instances.
  const std::set<const Rule*> more = {&rules::dilation_range, &rules::dilation_padding, &rules::wide_inside,
                                      &rules::streaming_bias, &rules::chw_passes,       &rules::read_size};
  for (const Broken& broken : broken_networks()) {
    if (more.count(broken.rule) > 0) continue;
    CAPTURE(name_of(*broken.rule));
    CHECK(findings_of(broken).size == 1);
  }
}

TEST_CASE("All violations are found at once, each in its layer") {
  const Net graph = infer(network({3, 8, 8}, {conv(4, {5, 5}, {2, 2}), conv(4, {3, 3}, {3, 3}),
                                              changed(conv(4), [](Layer& l) { l.output_shift = 20; })}));
  const Findings found = check(graph, max78000);
  REQUIRE(found.size == 3);
  CHECK(found[0].rule == &rules::kernel_size);
  CHECK(found[1].rule == &rules::padding_range);
  CHECK(found[2].rule == &rules::shift_range);
  for (int i = 0; i < 3; ++i) CHECK(found[i].layer == i);
}

TEST_CASE("Layers behind an impossible one are not blamed") {
  const Net graph = infer(network({3, 8, 8}, {pool({9, 9}, conv(4)), conv(4), conv(4)}));
  const Findings found = check(graph, max78000);
  REQUIRE(found.size == 1);
  CHECK(found[0].layer == 0);
}

TEST_CASE("A bias may lie in any group if the options say so") {
  const Net graph = infer(network({3, 8, 8}, {changed(placed(conv(4), 0x7, 0xf, 0, 0x1000), [](Layer& l) {
                                    l.bias = true;
                                    l.placement.bias_groups = 2;
                                  })}));
  CHECK(check(graph, max78000).contains(rules::bias_groups));
  CHECK(check(graph, max78000, options_of<any_bias_group>()).empty());
}

TEST_CASE("What the vendor's tool only warns of is no violation, but nothing to deploy") {
  const Net graph =
      infer(network({3, 8, 8}, {placed(conv(4), 0x7, 0xf, 0, 0x1000), placed(conv(4), 0xf, 0xf, 0x1400, 0x2000)}));
  const Plan<40> plan = plan_if_possible(graph, max78000);
  CHECK(check(graph, plan, max78000).ok());
  CHECK(inspect(graph, plan, max78000).contains(rules::read_offset));
}

TEST_CASE("Operands may fit where they are written, but not where they are read, word by word in turn") {
  // 64x64 words of each operand are 16384 bytes; both together fill an instance from its first byte on.
  const auto found = [](int offset) {
    const Net graph =
        infer(network({4, 64, 64}, {placed(conv(4), 0xf, 0xf0, 0, offset, 1), placed(conv(4), 0xf0, 0xf0, 0, 4, 1),
                                    placed(add({0, 1}), 0xf0, 0xf0, offset, 0)}));
    return check(graph, plan_if_possible(graph, max78000), max78000);
  };
  CHECK_FALSE(found(0).contains(rules::input_memory));
  CHECK(found(4).contains(rules::input_memory));
}

TEST_CASE("The quad fast FIFO delivers to the processors of the first group") {
  const auto found = [](ProcessorMap processors) {
    const Net graph = infer(network({4, 8, 8}, {placed(conv(4), processors, 0xf, 0, 0x1000)}));
    const Options options = fifo(InputPath::quad_fast_fifo);
    return check(graph, plan_if_possible(graph, max78000, options), max78000, options);
  };
  CHECK(found(0xf).ok());
  CHECK(found(0xf'0000).contains(rules::fifo_processors));
  CHECK(found(0x1'0001'0001'0001).contains(rules::fifo_processors));
}

TEST_CASE("An activation of wide values is only refused where they leave the network") {
  const Layer wide = changed(conv(4), [](Layer& l) { l.wide = true, l.activation = Activation::relu; });
  const Net graph =
      infer(network({3, 8, 8}, {placed(wide, 0x7, 0xf, 0, 0x1000), placed(conv(4), 0xf, 0xf, 0, 0x6000)}));
  const Findings found = check(graph, max78000);
  CHECK(found.contains(rules::wide_inside));
  CHECK_FALSE(found.contains(rules::wide_activation));
}

TEST_CASE("The same findings at compile time") {
  static constexpr Findings found = [] {
    Graph<1> graph;
    graph.input = {3, 8, 8};
    graph[0].op = Operator::conv2d;
    graph[0].out_channels = 4;
    graph[0].kernel = {5, 5};
    graph[0].name = "conv3";
    graph.size = 1;
    return check(infer(graph), max78000);
  }();
  static_assert(found.size == 1 && !found.ok());
  CHECK(sentence(found[0]) ==
        "layer 0 (conv3): a Conv2d kernel has to be 1x1 or 3x3: needs 5x5, MAX78000 has 3x3; put several 3x3 "
        "convolutions one behind the other; 3x3 kernels that reach as far: 5x5 -> 2 kernels");
}

namespace {

/// Networks of numbers that mean nothing.
class Nonsense {
 public:
  bool one_in(int times) { return random_.one_in(times); }

  Net network() {
    Net graph;
    graph.input = {rarely(3), rarely(8), rarely(8)};
    graph.input_format = static_cast<DataFormat>(random_.below(3));
    graph.input_offset = rarely(Placement::not_given);
    graph.size = random_.below(5);
    for (int i = 0; i < graph.size; ++i) {
      fill(graph[i]);
      for (int k = random_.below(4); k > 1; --k) graph[i].sources.push(rarely(i - 1));
      if (one_in(2)) place(graph[i].placement);
    }
    return graph;
  }

 private:
  int number() {
    constexpr int lowest = std::numeric_limits<int>::min(), highest = std::numeric_limits<int>::max();
    return random_.one_of({lowest, -1, 0, 1, 1, 1, 2, 3, 4, 7, 8, 16, 17, 64, 65, 256, 1024, 4096, 1 << 20, highest});
  }
  int rarely(int usual) { return one_in(8) ? number() : usual; }

  void fill(Layer& l) {
    l.op = static_cast<Operator>(random_.below(5));
    l.out_channels = rarely(4);
    l.kernel = {rarely(3), rarely(3)};
    l.padding = {rarely(1), rarely(1)};
    l.stride = {rarely(1), rarely(1)};
    l.dilation = {rarely(1), rarely(1)};
    l.output_padding = rarely(0);
    l.groups = rarely(1);
    l.pooling = static_cast<Pooling>(random_.below(3));
    l.pool = {rarely(1), rarely(1)};
    l.pool_stride = {rarely(1), rarely(1)};
    l.pool_dilation = {rarely(1), rarely(1)};
    l.elementwise = static_cast<Elementwise>(one_in(16) ? 1 : 0);
    l.operands = rarely(1);
    l.pool_first = !one_in(8);
    l.activation = static_cast<Activation>(random_.below(3));
    l.flatten = one_in(8);
    l.bias = one_in(2);
    l.wide = one_in(8);
    l.weight_bits = rarely(8);
    l.output_shift = rarely(0);
    l.streaming = one_in(8);
    if (one_in(8)) l.in_channels = number();
    if (one_in(8)) l.in_extent = {number(), number()};
  }
  void place(Placement& placement) {
    placement.processors = one_in(4) ? random_.bits() : 0xf;
    placement.output_processors = one_in(4) ? random_.bits() : 0xf;
    placement.in_offset = rarely(0);
    placement.out_offset = rarely(0x1000);
    placement.write_gap = rarely(0);
    placement.bias_groups = static_cast<unsigned>(rarely(0));
  }

  test::Random random_{1};
};

}  // namespace

// Whatever the numbers: findings, no undefined behaviour (which the sanitizers of the build would report).
TEST_CASE("Nonsense is survived") {
  Nonsense nonsense;
  int planned = 0;
  for (int round = 0; round < 20000; ++round) {
    const Net graph = infer(nonsense.network());
    Options options = nonsense.one_in(4) ? fifo() : Options{};
    options.overlap_data = nonsense.one_in(2);
    const Plan<40> plan = plan_if_possible(graph, max78000);
    if (plan.size > 0) ++planned;
    for (const Finding& finding : inspect(graph, plan, max78000, options)) CHECK(!sentence(finding).empty());
  }
  CHECK(planned > 500);  // else the rules about plans were not tried
}
