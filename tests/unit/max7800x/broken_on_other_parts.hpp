// Networks that break rules of the MAX78002 and of the AI84, and early exits. See broken_networks.hpp.
#pragma once

#include <vector>

#include <incuse/model/early_exit.hpp>

#include "broken_network.hpp"

namespace incuse::test::broken {

/// A layer whose placement is changed.
template <class Change>
Layer with_placement(Layer layer, Change change) {
  change(layer.placement);
  return layer;
}
inline void ahead(Placement& p) { p.read_ahead = true; }
inline Layer binary(Layer layer) {
  layer.weight_bits = 1;
  layer.binary_weights = true;
  return layer;
}
inline Layer streaming(Layer layer) {
  layer.streaming = true;
  return layer;
}
inline Layer depthwise() {
  return changed(conv2d(4), [](Layer& l) { l.groups = 4; });
}
inline Broken on_max78002(const Rule& rule, const Net& net, const char* sentence, const Options& options = {}) {
  return {&rule, net, sentence, options, nullptr, &max78002};
}

/// On the MAX78002: layers that run again, and numbers of layers in the hardware that do not suit them.
inline std::vector<Broken> later_repetitions() {
  return {
      on_max78002(rules::first_layer_fifo, plain(),
                  "FIFOs and streaming begin with the hardware's layer 0: needs 2, MAX78002 has 0; leave the option "
                  "first_layer out, or load the input into the data memory",
                  options_of<first_layer<2>, fifo_input>()),
      on_max78002(rules::repeated_first_layer, plain(),
                  "layers that are repeated begin with the hardware's layer 0: those in front of the first one would "
                  "be run, too, from the second time on: needs 1, MAX78002 has 0; leave the option first_layer out, or "
                  "do not repeat the layers",
                  options_of<first_layer<1>, repetitions<2>>()),
      on_max78002(
          rules::pipeline_choice, plain(),
          "the options both ask the chip to compute in stages and not to; leave out the feature pipeline or the "
          "option no_pipeline",
          options_of<no_pipeline, with<Feature::pipeline>>()),
      // Snooping leads back to layer 0 as often as the data say.
      on_max78002(rules::repeated_input, plain(),
                  "layers that run again find no input in the FIFOs any more (snooping); load the input into the data "
                  "memory, or let the layers run once",
                  options_of<fifo_input, with<Feature::snooping>>()),
      on_max78002(rules::repeated_first_layer, plain(),
                  "layers that are repeated begin with the hardware's layer 0: those in front of the first one would "
                  "be run, too, from the second time on: needs 1, MAX78002 has 0; leave the option first_layer out, or "
                  "do not repeat the layers",
                  options_of<first_layer<1>, with<Feature::snooping>>()),
      on_max78002(rules::repeated_jump,
                  network(rgb, {with_placement(conv2d(4), [](Placement& p) { p.next = 2; }), conv2d(4),
                                reading(conv2d(4), {0})}),
                  "layer 0: layers that are repeated are executed in their order (snooping); leave the next layer out, "
                  "or do not repeat the layers",
                  options_of<with<Feature::snooping>>()),
      on_max78002(rules::repeated_buffer, keeping_rows(),
                  "layer 1: layers that run once more shift the rolling buffer once more (snooping); do not repeat the "
                  "layers",
                  options_of<overlap_data, with<Feature::snooping>>()),
      on_max78002(rules::repeated_output,
                  network({4, 8, 8}, {placed(conv2d(4), 0xf, 0xf, 0, 0x1000), placed(conv2d(4), 0xf, 0xf, 0x1000, 0)}),
                  "layer 1: layers that run once more write over the output, or over what it is computed from "
                  "(snooping); give every tensor a place of its own, or do not repeat the layers",
                  options_of<with<Feature::snooping>>()),
  };
}

/// On the MAX78002: numbers of layers in the hardware, and the order in which they are executed.
template <std::uint32_t Control, std::uint32_t Second = 0x3000, std::uint32_t Address = 0x201001>
constexpr Options looking() {
  Options options;
  options.snoop.used = true;
  const auto at = [&](SnoopRegister r) -> std::uint32_t& { return options.snoop.values[snoop_number(1, r)]; };
  at(SnoopRegister::control_1) = Control;
  at(SnoopRegister::control_2) = Second;
  at(SnoopRegister::address_1) = Address;
  return options;
}

inline std::vector<Broken> later_orders() {
  return {
      on_max78002(rules::single_step,
                  network(rgb, {with_placement(conv2d(4), [](Placement& p) { p.next = 2; }), conv2d(4),
                                reading(conv2d(4), {0})}),
                  "layer 0: layers that run one by one run as a whole and in their order (next_layer); do not stream, "
                  "leave the next layer out, or do not ask for single steps",
                  options_of<with<Feature::single_steps>>()),
      on_max78002(rules::single_step, network(rgb, {streaming(conv2d(4)), conv2d(4)}),
                  "layer 0: layers that run one by one run as a whole and in their order (streaming); do not stream, "
                  "leave the next layer out, or do not ask for single steps",
                  options_of<fifo_input, with<Feature::single_steps>>()),
      on_max78002(rules::layer_numbers, plain(),
                  "the layers need more numbers than the hardware has: those in front of the first one count, and "
                  "those that reset an average pooling: needs 129, MAX78002 has 128; begin with a lower layer, or "
                  "remove layers",
                  options_of<first_layer<127>>()),
      on_max78002(
          rules::snoop_mode, plain(),
          "a unit for conditional execution is asked for what no public source explains: it is taken to compare "
          "one word (C1 of the second one): needs 0x82022007; compare one word: 0x82022003 in C1 stops on a "
          "hit, 0x82022005 jumps, with 0x3000 in C2",
          looking<0x8202'2007>()),
      on_max78002(
          rules::snoop_address, plain(),
          "a unit for conditional execution looks at no word of the data memories: it never finds what it looks "
          "for (the second one): needs 0x7fff; give it the pointer of a data word in the register A1",
          looking<0x8202'2005, 0x3000, 0x7fff>()),
      on_max78002(rules::next_layer,
                  network(rgb, {conv2d(4), with_placement(conv2d(4), [](Placement& p) { p.next = 0; }), conv2d(4)}),
                  "layer 1: the layer that is executed next has to stand behind this one in the network: needs 0, the "
                  "network behind it has 2 to 2; name a later layer, or leave the next layer out"),
      on_max78002(rules::two_next_layers,
                  network(rgb, {with_placement(conv2d(4), [](Placement& p) { p.next = 1, p.next_on_hit = 2; }),
                                conv2d(4), conv2d(4)}),
                  "layer 0: the chip has one place for the layer that is executed next: always, or with the option "
                  "snoop on a hit: needs 2, next_layer has 1; leave next_layer or next_layer_on_hit out"),
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
      on_max78002(
          rules::unreached_layers,
          network(rgb,
                  {with_placement(conv2d(4), [](Placement& p) { p.next = 2; }), conv2d(4), reading(conv2d(4), {0})}),
          "layer 0: a layer jumps over others that nothing else leads to: they are never executed: needs 2, the "
          "order has 1; leave the next layer out, or remove the layers in between"),
      on_max78002(rules::repeated_jump,
                  network(rgb, {with_placement(conv2d(4), [](Placement& p) { p.next = 2; }), conv2d(4),
                                reading(conv2d(4), {0})}),
                  "layer 0: layers that are repeated are executed in their order: needs 2, MAX78002 has 1; leave the "
                  "next layer out, or do not repeat the layers",
                  options_of<repetitions<2>>()),
  };
}

/// Bypassed kernels and binary weights, which the MAX78002 has.
inline std::vector<Broken> later_weights() {
  return {
      {&rules::kernel_bypass, network(rgb, {changed(conv2d(4), [](Layer& l) { l.bypass = true; })}),
       "layer 0: this chip cannot bypass its kernels; use weights of 1"},
      on_max78002(rules::binary_mixture,
                  network(rgb, {changed(conv2d(4),
                                        [](Layer& l) {
                                          l.weight_bits = 1;
                                          l.binary_weights = true;
                                        }),
                                changed(conv2d(4), [](Layer& l) { l.weight_bits = 1; })}),
                  "weights of 1 bit mean -1 and +1 in all layers of a network, or in none of them; give the other "
                  "layers binary weights, too, or more bits"),
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
  };
}

/// Pooling windows with dilation on the MAX78002.
inline std::vector<Broken> later_poolings() {
  return {
      on_max78002(
          rules::pool_size,
          network({3, 32, 32}, {changed(pooled(2),
                                        [](Layer& l) {
                                          l.pool_dilation = {16, 16};
                                        })}),
          "layer 0: a pooling window is empty or larger than any of the chip, dilation included: needs 17x17, MAX78002 "
          "has 16; pool less, and again in front of a later convolution; the nearest pool dilation: 16x16 -> 15x15"),
      on_max78002(
          rules::pool_dilation,
          network({3, 32, 32}, {changed(pooled(2),
                                        [](Layer& l) {
                                          l.pool_dilation = {17, 17};
                                        })}),
          "layer 0: the chip does not dilate pooling windows so far: needs 17x17, MAX78002 has 16; use a smaller "
          "pool dilation, on most chips 1; the nearest pool dilation: 17x17 -> 15x15"),
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
  };
}

/// Passes of layers on parts other than the MAX78000.
inline std::vector<Broken> later_passes() {
  return {
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
      on_max78002(
          rules::parallel_kernel,
          network(rgb, {with_placement(conv2d(8, 1, 0), [](Placement& p) { p.parallel_outputs = true; })}),
          "layer 0: the option to compute four output channels at a time has no effect: only 3x3 kernels, "
          "neither in groups nor flattened, are known to use it: needs 1x1, such a layer has 3x3; leave it out"),
      on_max78002(rules::read_gap_passes,
                  network({128, 8, 8}, {with_placement(conv2d(4), [](Placement& p) { p.read_gap = 1; })}),
                  "layer 0: only a layer of one pass can pass over words that it reads: needs 128, MAX78002 has "
                  "64; leave the read gap out, or read fewer channels"),
      on_max78002(rules::streaming_passthrough, network(rgb, {streaming(conv2d(4)), streaming(pooled(2)), conv2d(4)}),
                  "layer 1: a layer without weights cannot stream on this chip; fuse it with the convolution "
                  "behind it, or stream fewer layers",
                  fifo()),
  };
}

/// Processors and offsets on the MAX78002.
inline std::vector<Broken> later_places() {
  return {
      on_max78002(rules::depthwise_processors, network({4, 8, 8}, {placed(depthwise(), 0xf, 0x1e0, 0, 0x1000)}),
                  "layer 0: the output processors of a depth-wise layer have to start at a multiple of 4, and so "
                  "its input processors if they lie in several groups: needs 0, the map has 1; use other "
                  "processors"),
      on_max78002(rules::depthwise_lanes, network({4, 8, 8}, {placed(depthwise(), 0xf, 0x1070, 0, 0x1000)}),
                  "layer 0: a depth-wise layer leaves its output where it reads, or packs it group by group: needs "
                  "4 to 7, the map has 4 to 12; use the same processors for its input and its output, or "
                  "neighbouring output processors"),
      on_max78002(rules::read_ahead_blocks,
                  network(rgb, {with_placement(placed(conv2d(4), 0x7, 0xf, 0, 0x1000), ahead)}),
                  "layer 0: a layer that reads ahead cannot read and write the same RAM block of the data "
                  "memories: needs 0 to 16383, the output has 4096 to 4351; use an offset in another block, or do not "
                  "read ahead; the nearest offset: 4096 -> 16384"),
      on_max78002(rules::read_ahead_streams,
                  network(rgb, {streaming(placed(conv2d(4), 0x7, 0xf0, 0, 0x1000)),
                                streaming(with_placement(placed(conv2d(4), 0xf0, 0xf00, 0x1000, 0x2000), ahead))}),
                  "layer 1: layers that stream and read ahead need a RAM block of the data memories each: needs "
                  "0 to 16383, another layer has 0; use an offset in another block, or do not read ahead",
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
          "leave the pooling out, or take what the vendor makes of it: the option vendor_stream, with the flag "
          "--no-proof"),
      {&rules::cleared_layer, plain(),
       "the vendor's tables clear the registers of a layer that is used: it computes nothing; leave the option "
       "vendor_stream out, and only layers that are not used are cleared; or clear_unused_layers",
       options_of<clear_unused_layers, vendor_stream, repetitions<2>>(), nullptr, &ai84},
      on_ai84(rules::pool_sizes, network({4, 12, 12}, {pooled(3, conv2d(4))}),
              "layer 0: this chip has only some sizes and strides of pooling windows (the window): needs 3x3; use one "
              "of them in both directions, and pool again in front of a later convolution; the nearest window and "
              "stride: 3x3 -> 2x2"),
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

/// A part on which a bias of 1 adds 1 to the sum: conditions of early exits cannot be computed with it.
inline constexpr Device with_other_biases = [] {
  Device device = max78002;
  device.bias_scale = 1;
  return device;
}();

inline std::vector<Broken> exits() {
  const auto on = [](const Device& device, const Rule& rule, const Net& net, const char* sentence,
                     const Options& options = {}) { return Broken{&rule, net, sentence, options, nullptr, &device}; };
  return {
      on(max78000, rules::early_exit, leaving(),
         "layer 0: the chip cannot end an inference early; deploy FirstStage<Net> and SecondStage<Net> "
         "(model/stages.hpp), and let the program decide between them"),
      on(with_other_biases, rules::early_exit, leaving(),
         "layer 0: the chip cannot end an inference early; deploy FirstStage<Net> and SecondStage<Net> "
         "(model/stages.hpp), and let the program decide between them"),
      on(max78002, rules::exit_count, leaving(3),
         "more early exits than the chip has units that look for them: needs 3, MAX78002 has 2; leave some out"),
      on(max78002, rules::exit_pixels, leaving(1, 0, {4, 8, 8}),
         "layer 0: an early exit tests the channels of one pixel: needs 1x1, the output has 8x8; end its layers in a "
         "Linear layer, or pool the whole map"),
      on(max78002, rules::exit_channel, leaving(1, 5),
         "layer 0: an early exit tests a channel that its layers do not have: needs 6 channels, the output has 5 "
         "channels; correct the channel"),
      on(max78002, rules::exit_width, changed(leaving(), [](Net& net) { net[0].wide = true; }),
         "layer 0: an early exit tests signed bytes, not a 32-bit output: needs 32, MAX78002 has 8; leave out the "
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
      on(max78002, rules::exit_alone, changed(leaving(), [](Net& net) { net[0].placement.next = 2; }),
         "a network with an early exit runs once, layer after layer (next_layer); leave this out, or deploy "
         "FirstStage<Net> and SecondStage<Net> (model/stages.hpp)"),
  };
}

}  // namespace incuse::test::broken
