// Networks that break rules of the MAX78000 about where tensors, weights and layers lie. See broken_networks.hpp.
#pragma once

#include <vector>

#include "broken_network.hpp"

namespace incuse::test::broken {

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
       "layer 0: the layer uses processors beyond the highest that may be used: needs 19, the option has 15; use lower "
       "ones, or leave the option processors_per_pass, on the command line --max-proc, out",
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
       "32-35, 48-51, for a CHW input 0, 16, 32, 48, with a fast FIFO those of the first group; or load a larger input "
       "into the data memory; processors: 0xff -> 0xf000f",
       fifo()},
      {&rules::stream_overrides, network({3, 8, 8}, {placed(conv2d(4), 0x7, 0xf, 0, 0x1000)}),
       "layer 0: a first layer behind a FIFO may start before its input is there, or loses some of it (start): needs "
       "64, the option has 63; leave out the override, or give a larger one",
       options_of<fifo_input, stream_start_override<63>>()},
      {&rules::fifo_operands,
       network({8, 8, 8}, {placed(changed(adding_of({network_input}, conv2d(4)), [](Layer& l) { l.operands = 2; }), 0xf,
                                  0xf, 0, 0x1000)}),
       "layer 0: a FIFO delivers one word for each pixel: one operand, in one pass: needs 2, MAX78000 has 1; load the "
       "input into the data memory",
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
       "layer 0: the fast FIFO delivers 4 channels, of a CHW input 1: needs 8, MAX78000 has 4; use the standard FIFOs, "
       "or load the input into the data memory",
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
       "layer 0: an offset is no multiple of 4: the chip rounds it down: needs 4098 bytes, a word has 4 bytes; use "
       "a multiple of 4; the offset that is used: 4098 -> 4096"},
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
       "channels, or other processors; 4-bit weights in layer 2: 1092 -> 636 columns"},
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
       "layer 0: the bias is to lie in a group that the layer cannot read it from: needs 1, the highest group in use "
       "has 0; allow another group"},
      {&rules::bias_memory, network({3, 2, 2}, {biased(conv2d(516, 1, 0))}),
       "layer 0: the bias does not fit into the bias memory of a group: needs 516 values, MAX78000 has 512 values; "
       "drop the bias of a layer, or use processors of another group too; no bias in layer 0: 516 -> 0 values"},
      {&rules::register_field, network({4, 1024, 2}, {pooled(2, conv2d(4)), conv2d(4)}),
       "layer 0: a value exceeds its register field (rows): needs 1025, MAX78000 has 1023; use a smaller tensor, "
       "window or write gap; rows of the input: 1024 -> 1022"},
      {&rules::register_field, network({4, 2, 1023}, {conv2d(4)}),
       "layer 0: a value exceeds its register field (columns): needs 1024, MAX78000 has 1023; use a smaller tensor, "
       "window or write gap; columns of the input: 1023 -> 1022"},
  };
}

/// What the registers cannot say.
inline std::vector<Broken> registers() {
  return {
      {&rules::cleared_layer, plain(),
       "the vendor's tables clear the registers of a layer that is used: it computes nothing; leave the option "
       "vendor_stream out, and only layers that are not used are cleared; or clear_unused_layers",
       options_of<clear_unused_layers, vendor_stream>()},
      {&rules::repeated_input, network({4, 8, 8}, {placed(conv2d(4), 0xf, 0xf, 0, 0x1000)}),
       "layers that run again find no input in the FIFOs any more: needs 2, MAX78000 has 1; load the input into the "
       "data memory, or let the layers run once",
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
       "layer 0: a map in CHW order cannot be flattened: of every four pixels of a channel only the first would be "
       "read: needs 4x4, MAX78000 has 1x1; use an HWC input"},
      {&rules::packed_lanes, network({4, 8, 8}, {placed(pooled(2), 0xf, 0x1e, 0, 0x1000)}),
       "layer 0: a layer without weights writes, packed, from the first lane of a block on: needs 0, the map has 1; "
       "let its output processors start at a multiple of 4 in every group; output processors: 0x1e -> 0xf"},
  };
}

/// What the registers cannot say about one-dimensional data and about windows.
inline std::vector<Broken> hidden_poolings() {
  return {
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

/// Tensors that overwrite each other or leave the memory.
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
  };
}

/// Tensors that are not where a layer reads them, or that are overwritten before.
inline std::vector<Broken> readings() {
  return {
      {&rules::read_processors,
       network(rgb, {placed(conv2d(4), 0x7, 0xf, 0, 0x1000), placed(conv2d(4), 0xf0, 0xf, 0x1000, 0x2000)}),
       "layer 1: the layer reads other processors than its source writes (layer 0): needs 4 to 7, the source has 0 "
       "to 3; give it the source's output processors"},
      {&rules::read_offset,
       network(rgb, {placed(conv2d(4), 0x7, 0xf, 0, 0x1000), placed(conv2d(4), 0xf, 0xf, 0x1400, 0x2000)}),
       "layer 1: the layer reads at another offset than its source writes (layer 0): needs 5120, the source has "
       "4096; correct the layer's input offset, or the source's output offset; in_offset: 5120 -> 4096"},
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
       "rows; crop fewer rows, and 0 or more at each end"},
      {&rules::crop_rows, network(rgb, {conv2d(4), changed(conv2d(4), [](Layer& l) { l.crop_top = -1; })}),
       "layer 1: a layer leaves out all rows of its source, or fewer than none (at the top): needs 0 rows or more, the "
       "crop has -1 rows; crop fewer rows, and 0 or more at each end"},
      {&rules::crop_rows,
       network(rgb, {conv2d(4), changed(conv2d(4), [](Layer& l) { l.crop_top = 2, l.crop_bottom = -2; })}),
       "layer 1: a layer leaves out all rows of its source, or fewer than none (at the bottom): needs 0 rows or more, "
       "the crop has -2 rows; crop fewer rows, and 0 or more at each end"},
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
  };
}

/// The rows of rolling buffers that layers shift and write.
inline std::vector<Broken> buffer_rows() {
  const Options overlap = options_of<overlap_data>();
  return {
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
       "the rolling buffer does not begin with a word of the data memory: needs 24577 bytes, a word has 4 bytes; "
       "give it an offset that is a multiple of 4; the nearest offset below: 24577 -> 24576",
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
       "them anew, and without the option vendor_stream if it was given",
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

}  // namespace incuse::test::broken
