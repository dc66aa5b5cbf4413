// Rules about planned networks and their layers: processors, offsets, memories. See rules.hpp.
#pragma once

#include <initializer_list>

#include <incuse/max7800x/rules/advice.hpp>
#include <incuse/max7800x/rules/data_memory.hpp>
#include <incuse/max7800x/rules/layers.hpp>
#include <incuse/max7800x/rules/options.hpp>

namespace incuse {

INCUSE_RULE(WholePlan, no_automatic_placement, error, "this network cannot be placed automatically",
            "place its layers by hand, with place<>", "placement 10") {
  // If another error was found, it may be the reason why there is no plan: then that one is enough.
  if (!at.network.placed_by_hand && !is_placed(at) && at.found.ok()) blame();
}

INCUSE_RULE(WholePlan, first_group_unused, error, "no layer uses processors 0 to 15", "move a layer there",
            "checks H28; device 1") {
  if (at.groups != 0 && (at.groups & 1) == 0) blame();
}

INCUSE_RULE(WholePlan, layer_numbers, error,
            "the layers need more numbers than the hardware has: those in front of the first one count, and those that "
            "reset an average pooling",
            "begin with a lower layer, or remove layers", "checks D2, D17; registers 1") {
  const Options& options = at.network.options;
  const bool known =
      at.network.arranged_size > at.device.max_layers || options.repetitions < 1 || options.first_layer < 0;
  if (known || at.found.contains(rules::repetitions) || at.found.contains(rules::first_layer)) return;
  long long layers = options.first_layer + at.network.size;
  for (int i = 0; i < at.network.size; ++i) layers += at.layers[i].resets ? 1 : 0;
  if (options.repetitions * layers > at.device.max_layers) blame(options.repetitions * layers, at.device.max_layers);
}

namespace max7800x {

/// True if the planner could only choose wrong processors for a layer, for a reason that another rule reports: it
/// combines operands or takes several passes behind a FIFO, or the tensor that it reads has another number of channels.
constexpr bool has_no_map(const PlacedLayer& at) {
  if (at.network.placed_by_hand || at.layer.placement.given()) return false;
  if (at.reads_fifo() && (at.combines() || at.placed.in.count > 1)) return true;
  if (at.index == 0 || at.layer.sources.size != 1 || at.layer.reads_buffer()) return false;
  const int source = at.layer.sources[0];
  return (source == network_input ? at.network.layers[0].in : at.source(source)).channels != at.layer.in.channels;
}

}  // namespace max7800x

INCUSE_RULE(PlacedLayer, input_processors, error, "the number of processors is not that of the input channels per pass",
            "give one processor per channel", "checks H22; placement 2") {
  const int given = bit_count(at.placed.input_map());
  if (at.plan.found.contains(rules::reshaped_channels) || has_no_map(at)) return;
  if (given != 0 && given != at.placed.in.channels)
    blame(at.placed.in.channels, given, "the map",
          advice::processors_like(at.placed.input_map(), at.placed.in.channels));
}

INCUSE_RULE(PlacedLayer, output_processors, error,
            "the number of output processors is not that of the output channels per pass",
            "give one processor per channel, by default those of the next layer", "checks H22; placement 2") {
  const int given = bit_count(at.placed.output_processors);
  if (given != 0 && given != at.placed.out.channels)
    blame(at.placed.out.channels, given, "the map",
          advice::processors_like(at.placed.output_processors, at.placed.out.channels));
}

INCUSE_RULE(PlacedLayer, packed_processors, error,
            "a layer without weights writes, packed, to the group that it reads from",
            "use neighbouring output processors in the groups of the input, as many as there",
            "checks H23; placement 2") {
  if (at.layer.weighted() || has_no_map(at)) return;
  for (int g = 0; g < groups; ++g) {
    const unsigned in = group_part(at.placed.processors, g), out = group_part(at.placed.output_processors, g);
    const unsigned packed = (1u << bit_count(in)) - 1;
    if (out >> (out == 0 ? 0 : first_bit(out)) != packed)
      return blame(bit_count(in), bit_count(out), "the map", advice::packed_processors(at.placed));
  }
}

INCUSE_RULE(
    PlacedLayer, depthwise_processors, error,
    "the output processors of a depth-wise layer have to start at a multiple of 4, and so its input processors if "
    "they lie in several groups",
    "use other processors", "checks H24") {
  if (at.layer.groups <= 1 || at.placed.processors == 0) return;
  const int lane = start_lane(at.placed.processors);
  const bool several = bit_count(groups_of(at.placed.processors)) > 1;
  if (at.first_lane() != 0 || (several && lane != 0))
    blame(0, at.first_lane() != 0 ? at.first_lane() : lane, "the map");
}

namespace max7800x {

/// The first and the last byte of a RAM block of the data memories.
constexpr Quantity bytes_of_block(const Device& device, long long block) {
  const long long first = block * device.data_block_bytes;
  return Quantity::range(first, first + device.data_block_bytes - 1);
}

}  // namespace max7800x

INCUSE_RULE(PlacedLayer, read_ahead_blocks, error,
            "a layer that reads ahead cannot read and write the same RAM block of the data memories",
            "use an offset in another block, or do not read ahead", "checks T7; device 2.2") {
  if (!at.placed.reads_ahead || at.layer.streaming || at.placed.in_offset < 0 || at.placed.out_offset < 0) return;
  const auto block = [&](long long byte) { return byte / at.device.data_block_bytes; };
  const long long reads[] = {block(at.placed.in_offset), block(at.input_end() - 1)};
  for (long long written : {block(at.placed.out_offset), block(at.output_end() - 1)})
    for (long long read : reads)
      if (read == written)
        return blame(bytes_of_block(at.device, read), Quantity::range(at.placed.out_offset, at.output_end() - 1),
                     "the output", advice::other_block(at));
}

INCUSE_RULE(PlacedLayer, read_ahead_streams, error,
            "layers that stream and read ahead need a RAM block of the data memories each",
            "use an offset in another block, or do not read ahead", "checks T5; device 2.2") {
  if (!at.placed.reads_ahead || !at.layer.streaming || at.placed.in_offset < 0) return;
  for (int i = 0; i < at.index; ++i) {
    const int other = at.plan.layers[i].in_offset;
    if (at.network.layers[i].streaming &&
        other / at.device.data_block_bytes == at.placed.in_offset / at.device.data_block_bytes)
      return blame(bytes_of_block(at.device, other / at.device.data_block_bytes), other, "another layer");
  }
}

INCUSE_RULE(PlacedLayer, chw_processors, error, "the channels of a CHW input share a memory instance",
            "use every fourth processor, or an HWC input", "checks H2; placement 3") {
  if (!at.reads_channels_first() || at.reads_fifo()) return;  // FIFOs deliver to fewer processors: rules about these
  if (at.placed.in.count > 1) return;                         // chw_passes reports it
  for (int p = 0; p < all_processors; p += processors_per_instance) {
    const int sharing = bit_count(at.placed.processors >> p & 0xf);
    if (sharing > 1)
      return blame(sharing, 1, advice::processors_like(at.placed.processors, at.placed.in.channels, one_per_instance));
  }
}

INCUSE_RULE(PlacedLayer, chw_passes, error, "a CHW input has one pass and one operand", "use an HWC input",
            "checks M8; placement 3") {
  if (at.reads_channels_first() && (at.placed.in.count > 1 || at.combines()))
    blame(at.placed.in.count * at.layer.operands, 1);
}

INCUSE_RULE(WholePlan, chw_input, error, "the input cannot lie in CHW order",
            "use hwc, or an input of at most 16 channels that only one layer with weights reads", "placement 3") {
  if (at.network.input_format == DataFormat::chw && !at.channels_first) blame();
}

namespace max7800x {

/// The processors that a layer asks for; where groups take turns, those of the first group, which all share.
constexpr ProcessorMap asked_processors(const PlacedLayer& at) {
  if (!at.network.options.fans_out()) return at.placed.processors;
  return at.layer.placement.given() ? at.layer.placement.processors : at.placed.input_map();
}

}  // namespace max7800x

INCUSE_RULE(PlacedLayer, fifo_processors, error, "a FIFO reaches other processors",
            "use processors 0-3, 16-19, 32-35, 48-51, for a CHW input 0, 16, 32, 48, with a fast FIFO those of the "
            "first group; or load a larger input into the data memory",
            "checks D7; placement 8") {
  ProcessorMap reached = at.fifo_processors();
  const ProcessorMap asked = asked_processors(at);
  if (at.network.options.fans_out()) reached &= 0xffff;
  if (!at.reads_fifo() || (asked & ~reached) == 0) return;
  if (at.reads_fast_fifo() && at.layer.in.channels > at.fast_fifo_channels()) return;  // whatever processors they have
  if (at.reads_fast_fifo()) reached &= 0xffff;  // fast_fifo_processors reports maps that lie in further groups only
  blame(Quantity::map(asked), Quantity::map(reached), advice::processors_like(asked, at.placed.in.channels, reached));
}

INCUSE_RULE(PlacedLayer, fifo_operands, error, "a FIFO delivers one word for each pixel: one operand, in one pass",
            "load the input into the data memory", "placement 8; datapath 7") {
  const bool several = at.combines() || at.placed.in.count > 1;
  if (at.reads_fifo() && several && !at.already_blamed()) blame(at.placed.in.count * at.layer.operands, 1);
}

INCUSE_RULE(PlacedLayer, fast_fifo_channels, error, "the fast FIFO delivers 4 channels, of a CHW input 1",
            "use the standard FIFOs, or load the input into the data memory", "checks D8; device 4") {
  const int most = at.fast_fifo_channels(), given = at.layer.in.channels;
  if (!at.reads_fast_fifo() || given <= most) return;
  const ProcessorMap asked = asked_processors(at);
  const bool reached = (asked & ~at.fifo_processors()) == 0;
  blame(given, most, reached ? Advice{} : advice::processors_like(asked, at.placed.in.channels, at.fifo_processors()));
}

INCUSE_RULE(PlacedLayer, fast_fifo_layer, error, "behind the fast FIFO there has to be a convolution with 8-bit output",
            "use the standard FIFOs", "checks D8; device 4") {
  if (at.reads_fast_fifo() && (!at.layer.weighted() || at.layer.wide)) blame();
}

INCUSE_WARNING(PlacedLayer, stream_overrides,
               "a first layer behind a FIFO may start before its input is there, or loses some of it",
               "leave out the override, or give a larger one", "registers 3.17, 3.19") {
  const Options& o = at.network.options;
  if (!at.reads_fifo() || !at.shaped()) return;
  const StreamCounts needed = detail::first_layer_counts(
      {at.layer, max_of(1, at.placed.in.count), at.plan.channels_first, at.placed.reads_ahead, false}, at.device,
      Options{.no_pipeline = o.no_pipeline});
  const auto too_small = [](int given, int least) { return given >= 0 && given < least; };
  if (too_small(o.stream_start_override, needed.start))
    return blame(needed.start, o.stream_start_override, "the option", "start");
  if (!at.layer.streaming) return;
  if (too_small(o.stream_delta1_override, needed.delta1))
    return blame(needed.delta1, o.stream_delta1_override, "the option", "delta 1");
  if (too_small(o.stream_delta2_override, needed.delta2))
    return blame(needed.delta2, o.stream_delta2_override, "the option", "delta 2");
  if (too_small(o.stream_rollover_override, needed.rollover))
    blame(needed.rollover, o.stream_rollover_override, "the option", "rollover");
}

INCUSE_RULE(PlacedLayer, synthesized_input, error,
            "a synthesized input is HWC with at most 4 channels, and its words divide its pixels",
            "choose another number of words, or load the whole input", "checks L11") {
  const int words = at.network.options.synthesized_words, pixels = at.layer.in.pixels();
  if (at.index != 0 || words == 0 || !at.shaped()) return;
  const bool four_channels = at.layer.in.channels <= 4 && !at.reads_channels_first();
  const bool whole = words > 0 && pixels % words == 0;
  if (!four_channels || !whole)
    blame(four_channels ? words : at.layer.in.channels, four_channels ? pixels : 4,
          four_channels ? Text("the image") : Text(),
          four_channels ? advice::nearest_divisor("synthesized_words", words, pixels) : Advice{});
}

INCUSE_RULE(PlacedLayer, input_offset, error, "the input offset is negative", "use a multiple of 4, from 0 on",
            "placement 5") {
  if (at.placed.in_offset < 0)
    blame(at.placed.in_offset, 0,
          advice::nearest("the nearest offset", at.placed.in_offset, 0, at.device.instance_bytes - 4LL));
}

INCUSE_WARNING(PlacedLayer, offset_alignment, "an offset is no multiple of 4: the chip rounds it down",
               "use a multiple of 4", "placement 5") {
  // An offset that an earlier layer has too is reported for that layer only; tensors that leave their memory are
  // reported by other rules.
  bool said = !at.layer.streaming && at.input_end() > at.device.instance_bytes;
  for (int i = 0; i < at.index; ++i)
    said = said || at.plan.layers[i].in_offset == at.placed.in_offset ||
           at.plan.layers[i].out_offset == at.placed.in_offset;
  const bool inside = at.output_end() <= at.device.instance_bytes;
  const int odd = at.placed.in_offset % 4 != 0 && !said ? at.placed.in_offset : inside ? at.placed.out_offset : 0;
  if (odd % 4 != 0)
    blame({odd, "bytes"}, {4, "bytes"}, "a word",
          Advice{.change = "the offset that is used", .from = odd, .to = odd & ~3});
}

INCUSE_RULE(PlacedLayer, output_offset, error, "the output offset is out of range",
            "use a multiple of 4 inside a memory instance", "checks L9; device 2.2") {
  if (!within(at.placed.out_offset, 0, at.device.max_out_offset - 1LL))
    blame(at.placed.out_offset, at.device.max_out_offset - 1LL, advice::nearest_output_offset(at));
}

INCUSE_RULE(PlacedLayer, dilation_offset, error,
            "the output of a widely dilated Conv1d needs free memory in front of it", "raise the output offset",
            "checks H12; device 5") {
  const int least =
      ignored_output_bytes(at.layer, at.placed.out.count, at.placed.write_gap, at.network.options.vendor_stream);
  if (least > 0 && at.placed.out_offset < least)
    blame(least, at.placed.out_offset, "the output",
          advice::nearest("the nearest offset", at.placed.out_offset, least, least));
}

INCUSE_RULE(PlacedLayer, input_memory, error, "the input does not fit into its data memory instances",
            "use a smaller image or fewer channels, CHW for the network's input, or a lower offset",
            "checks H4; device 2.2") {
  for (int source : at.layer.sources)  // an output that is too large is reported for its own layer
    if (source >= 0 && at.plan.layers[source].out_offset == at.placed.in_offset &&
        at.earlier(source).output_end() > at.device.instance_bytes)
      return;
  if (!at.layer.streaming && at.placed.in_offset >= 0 && at.input_end() > at.device.instance_bytes)
    blame({at.input_end(), "bytes"}, {at.device.instance_bytes, "bytes"}, advice::smaller_input(at));
}

INCUSE_RULE(PlacedLayer, output_memory, error, "the output does not fit into its data memory instances",
            "pool more, use fewer channels, or a lower offset", "checks H5; device 2.2") {
  const bool last = at.index + 1 == at.network.size;
  const bool in_range = within(at.placed.out_offset, 0, at.device.max_out_offset - 1LL);
  if ((!at.layer.streaming || last) && in_range && at.output_end() > at.device.instance_bytes)
    blame({at.output_end(), "bytes"}, {at.device.instance_bytes, "bytes"}, advice::smaller_output(at));
}

namespace max7800x {

/// What is kept free of the weight memory, and what layers take of it, the largest first: `columns(i)`, less than 0 for
/// a layer that is not counted.
template <class Columns>
constexpr auto column_shares(const WholeNetwork& network, Columns&& columns) {
  decltype(Finding::shares) shares;
  if (const long long kept = advice::columns_kept_free(network); kept > 0)
    shares.push({not_a_layer,
                 kept == network.options.first_weight_column ? Text("the option first_weight_column")
                                                             : Text("the option first_weight_column, in fours"),
                 {kept, "columns"}});
  long long before = 1LL << 62;  // columns and number of the layer listed last
  int last = -1;
  for (;;) {
    int next = -1;
    long long most = -1;
    for (int i = 0; i < network.size; ++i) {
      const long long own = columns(i);
      const bool listed = own > before || (own == before && i <= last);
      if (!listed && own > most) next = i, most = own;
    }
    if (next < 0) return shares;
    shares.push({next, network.layers[next].name, {most, "columns"}});
    before = most, last = next;
  }
}

}  // namespace max7800x

INCUSE_RULE(PlacedLayer, weight_memory, error,
            "the weights of this layer and those behind do not fit into the weight memory",
            "use fewer channels, or other processors", "checks M1; device 2.2") {
  if (!unplaced(at.placed)) return;
  long long columns =
      advice::columns_kept_free(at.network);  // fill level of the weight memory, plus the layers that found no place
  for (int i = 0; i < at.network.size; ++i) {
    const LayerPlan& other = at.plan.layers[i];
    if ((other.processors & at.placed.processors) == 0 || !other.kernels.owned) continue;
    if (unplaced(other) && i < at.index) return;  // reported for that layer
    if (unplaced(other))
      columns += round_up(other.kernels.length, 4);
    else if (i < at.index)
      columns = max_of(static_cast<int>(columns), round_up(other.kernels.written_by(0).end(), 4));
  }
  // Report the sum of all weights if that is too much; else the fill level, with the gaps that layers leave.
  const long long needed = advice::columns_needed(at);
  if (needed > at.device.weight_columns) columns = needed;
  Finding finding{&rules::weight_memory, at.index, at.layer.name};
  finding.needs = {columns, "columns"};
  finding.has = {at.device.weight_columns, "columns"};
  finding.shares =
      column_shares(at.network, [&](int i) { return advice::competes(at, i) ? at.plan.layers[i].kernels.length : -1; });
  finding.advice = advice::lower_first_column(at.network, columns);
  if (finding.advice.change.empty()) finding.advice = advice::narrower_weights(at, columns);
  blame.found.push(finding);
}

INCUSE_WARNING(PlacedLayer, unaligned_weights,
               "the vendor's stream of weights of less than 8 bits is wrong with unaligned output processors",
               "let the output processors start at a multiple of 4, or leave the option vendor_stream out",
               "checks M3") {
  const bool narrow = at.layer.weighted() && at.layer.weight_bits < 8;
  if (at.network.options.vendor_stream && narrow && at.first_lane() != 0) blame(at.first_lane(), 0);
}

INCUSE_RULE(PlacedLayer, bias_groups, error, "the bias is to lie in a group that the layer cannot read it from",
            "allow another group", "checks H29; memory 6.1; ai84 2.2") {
  const bool vendor = at.network.options.vendor_stream;  // the vendor's tables read zeros there
  if (vendor && at.network.options.any_bias_group) return;
  const bool own = !at.device.bias_group_contributes && !vendor;
  const unsigned readable = own ? groups_of(at.placed.processors) : at.plan.groups;
  const unsigned wrong = at.layer.placement.bias_groups & ~readable;
  if (wrong != 0)
    blame(last_bit(wrong), last_bit(readable), own ? Text("the layer's highest group") : "the highest group in use");
}

INCUSE_RULE(PlacedLayer, bias_memory, error, "the bias does not fit into the bias memory of a group",
            "drop the bias of a layer, or use processors of another group too", "checks M6; device 2.2") {
  if (!at.layer.bias || at.placed.bias_group < 0 || at.placed.bias_offset >= 0) return;
  const int lanes = at.placed.lanes_have_bias ? at.first_lane() : 0;
  const long long own = at.layer.out.channels + lanes * at.placed.out.count;
  const long long needed = at.plan.bias_fill[at.placed.bias_group] + own;
  blame({needed, "values"}, {at.device.bias_values, "values"}, advice::fewer_biases(at, needed));
}

INCUSE_RULE(PlacedLayer, register_field, error, "a value exceeds its register field",
            "use a smaller tensor, window or write gap", "checks H33; registers 3") {
  if (!at.overflow.found || at.already_blamed() || unplaced(at.placed)) return;
  const LayerRegister overflowed = at.overflow.layer_register;
  if (overflowed == LayerRegister::next_layer) return;  // a rule about the numbers of layers reports it
  const Text name = description_of(overflowed).name;
  if (overflowed == LayerRegister::rows || overflowed == LayerRegister::columns) {
    if (at.plan.found.contains(rules::dimension)) return;  // an image is too large for other reasons
    for (const Finding& earlier : at.plan.found)           // that of an earlier layer is: this one's is made of it
      if (*earlier.rule == rules::register_field && earlier.part == name) return;
  }
  const ProcessorMap in = at.placed.processors, out = at.placed.output_processors;
  // Where a depth-wise layer moves wide sums to other processors, they are spread over the registers' whole range.
  const bool moves = at.layer.groups > 1 && at.layer.wide && in != out;
  const Advice stay{.change = "output processors", .from = Quantity::map(out), .to = Quantity::map(in)};
  const Advice smaller = advice::size_that_counts(at);
  blame(at.overflow.value, at.overflow.highest, {}, name, moves ? stay : smaller);
}

}  // namespace incuse

namespace incuse::max7800x {

/// Applied to the plan.
inline constexpr CheckedRule<WholePlan> plan_rules[] = {
    INCUSE_RULE_ROW(no_automatic_placement),
    INCUSE_RULE_ROW(first_group_unused),
    INCUSE_RULE_ROW(layer_numbers),
    INCUSE_RULE_ROW(chw_input),
    INCUSE_RULE_ROW(data_memory),
    INCUSE_RULE_ROW(buffer_memory),
    INCUSE_RULE_ROW(buffer_alignment),
};

/// Applied to every layer of the plan.
inline constexpr CheckedRule<PlacedLayer> placed_layer_rules[] = {
    INCUSE_RULE_ROW(input_processors),
    INCUSE_RULE_ROW(output_processors),
    INCUSE_RULE_ROW_ABOUT(packed_processors, bit_of(Feature::passthrough)),
    INCUSE_RULE_ROW(depthwise_processors),
    INCUSE_RULE_ROW(read_ahead_blocks),
    INCUSE_RULE_ROW(read_ahead_streams),
    INCUSE_RULE_ROW(chw_processors),
    INCUSE_RULE_ROW(chw_passes),
    INCUSE_RULE_ROW_ABOUT(fifo_processors, bit_of(Feature::fifo)),
    INCUSE_RULE_ROW_ABOUT(fifo_operands, bit_of(Feature::fifo)),
    INCUSE_RULE_ROW_ABOUT(fast_fifo_channels, bit_of(Feature::fifo)),
    INCUSE_RULE_ROW_ABOUT(fast_fifo_layer, bit_of(Feature::fifo)),
    INCUSE_RULE_ROW_ABOUT(stream_overrides, bit_of(Feature::fifo)),
    INCUSE_RULE_ROW_ABOUT(synthesized_input, bit_of(Feature::fifo)),
    INCUSE_RULE_ROW(input_offset),
    INCUSE_RULE_ROW(offset_alignment),
    INCUSE_RULE_ROW(output_offset),
    INCUSE_RULE_ROW_ABOUT(dilation_offset, bit_of(Feature::dilation)),
    INCUSE_RULE_ROW(input_memory),
    INCUSE_RULE_ROW_ABOUT(output_memory, bit_of(Feature::wide_output)),
    INCUSE_RULE_ROW(weight_memory),
    INCUSE_RULE_ROW_ABOUT(unaligned_weights, bit_of(Feature::narrow_weights)),
    INCUSE_RULE_ROW(bias_groups),
    INCUSE_RULE_ROW(bias_memory),
    INCUSE_RULE_ROW(register_field),
};

}  // namespace incuse::max7800x
