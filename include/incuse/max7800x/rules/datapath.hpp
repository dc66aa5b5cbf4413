// Rules about networks that the registers cannot express. The vendor's tool accepts such a network, and the chip
// computes something else: datapath page (max7800x-datapath), section 9. `inspect` applies them, `check` does not. See
// rules.hpp.
#pragma once

#include <incuse/max7800x/rules/advice.hpp>
#include <incuse/max7800x/rules/rolling_buffer.hpp>
#include <incuse/max7800x/rules/subjects.hpp>

namespace incuse {

// Options -------------------------------------------------------------------------------------------------------------

INCUSE_RULE(AskedOptions, cleared_layer, error, "the last layer's registers are cleared: it computes nothing",
            "leave the option clear_last_layer out; with vendor_stream it reproduces the vendor's tables",
            "datapath 10; registers 3.21") {
  if (at.device.cleared_layers == ClearedLayers::unused) return;
  if (at.options.clear_last_layer && !at.options.vendor_stream) blame();
}

INCUSE_RULE(AskedOptions, repeated_input, error,
            "an input through FIFOs is there for the first of several repetitions only",
            "load the input into the data memory, or do not repeat the layers", "datapath 7, 8") {
  if (at.options.repetitions > 1 && at.options.uses_fifo()) blame(at.options.repetitions, 1);
}

// Sources -------------------------------------------------------------------------------------------------------------

INCUSE_RULE(OneLayer, fifo_reader, error, "an input through FIFOs reaches the first layer only",
            "load the input into the data memory, or let the first layer hand it on unchanged", "datapath 7") {
  if (at.index == 0 || !at.network.options.uses_fifo()) return;
  for (int source : at.layer.sources)
    if (source == network_input) return blame();
}

INCUSE_RULE(OneLayer, input_once, error,
            "the first layer finds the network's input in memory once: several of its sources cannot be that",
            "leave the placement to the planner, or let layers in front copy the input for each of them",
            "memory 2; placement 4") {
  if (at.index == 0 && at.layer.sources.size > 1 && at.network.placed_by_hand) blame(at.layer.sources.size, 1);
}

INCUSE_RULE(OneLayer, streamed_tensor, error,
            "the next layer streams this layer's output row by row: it is nowhere as a whole",
            "let only the next layer read it, as its only source, and do not make it an output",
            "datapath 7; placement 8") {
  const WholeNetwork& network = at.network;
  const int next = at.index + 1;
  if (next >= network.size || !network.layers[next].streaming) return;
  if (at.layer.output) return blame();
  for (int i = next; i < network.size; ++i)
    for (int source : network.layers[i].sources)
      if ((source == at.index) != (i == next)) return blame({}, {}, {}, network.layers[i].name);
}

// Shapes --------------------------------------------------------------------------------------------------------------

INCUSE_RULE(PlacedLayer, chw_flatten, error,
            "a map in CHW order cannot be flattened: only its first pixel would be read", "use an HWC input",
            "datapath 4") {
  if (at.reads_channels_first() && at.layer.flatten && at.layer.pooled.pixels() > 1)
    blame(at.layer.pooled.extent(), Extent{1, 1});
}

INCUSE_RULE(PlacedLayer, fast_fifo_processors, error, "the fast FIFO feeds the first group only",
            "use processors 0-3, for a CHW input 0, or the standard FIFOs", "datapath 7; registers 4") {
  const ProcessorMap reached = (at.reads_channels_first() ? fifo_processors_chw : fifo_processors_hwc) & 0xffff;
  const bool fast = at.reads_fast_fifo() && !at.network.options.fans_out();
  if (fast && !at.already_blamed() && (at.placed.processors & ~reached) != 0)
    blame(Quantity::range(first_bit(at.placed.processors), last_bit(at.placed.processors)),
          Quantity::range(first_bit(reached), last_bit(reached)), "the FIFO",
          advice::processors_like(at.placed.processors, at.placed.in.channels, reached));
}

INCUSE_RULE(PlacedLayer, fifo_rows, error,
            "a widely dilated Conv1d reads whole rows, as many values as its dilation: more than the FIFOs deliver",
            "make the input a multiple of the dilation long, or load it into the data memory", "datapath 7; device 5") {
  const int length = at.layer.in.height, row = at.layer.dilation.height;
  if (at.reads_fifo() && folds_rows(at.layer) && length % row != 0 && !at.network.options.vendor_stream)
    blame(round_up(length, row), length, "the input",
          Advice{.change = "the length of the input", .from = length, .to = round_up(length, row)});
}

INCUSE_RULE(PlacedLayer, fan_out_flatten, error,
            "groups that take turns compute a channel from one value of each processor: they cannot flatten",
            "use the standard FIFOs, or load the input into the data memory", "datapath 5") {
  if (at.index == 0 && at.network.options.fans_out() && at.layer.flatten && at.layer.pooled.pixels() > 1)
    blame(at.layer.pooled.extent());
}

INCUSE_RULE(PlacedLayer, packed_lanes, error,
            "a layer without weights writes, packed, from the first lane of a block on",
            "let its output processors start at a multiple of 4 in every group", "datapath 6.2") {
  if (at.layer.weighted()) return;
  for (int g = 0; g < groups; ++g)
    if (const int lane = start_lane(group_part(at.placed.output_processors, g)); lane != 0)
      return blame(0, lane, "the map", advice::packed_processors(at.placed));
}

INCUSE_RULE(PlacedLayer, depthwise_lanes, error,
            "a depth-wise layer leaves its output where it reads, or packs it group by group",
            "use the same processors for its input and its output, or neighbouring output processors", "datapath 6.2") {
  const LayerPlan& placed = at.placed;
  if (at.layer.groups <= 1 || placed.processors == 0 || placed.output_processors == 0 || placed.in_place()) return;
  if (at.first_lane() != 0) return;  // reported by depthwise_processors
  const int first = first_bit(placed.processors), first_group = first / processors_per_group;
  ProcessorMap written = 0;
  for (int g = first_group; g < groups; ++g) {
    const int used = bit_count(group_part(placed.processors, g));
    int place = (g - first_group) * processors_per_group + first_bit(placed.output_processors);
    if (g != first_group) place -= first % processors_per_group;
    if (used > 0 && within(place, 0, all_processors - used)) written |= processor_range(place, used);
  }
  if (written != placed.output_processors)
    blame(Quantity::range(first_bit(written), last_bit(written)),
          Quantity::range(first_bit(placed.output_processors), last_bit(placed.output_processors)), "the map");
}

INCUSE_RULE(OneLayer, one_column, error, "a Conv1d reads one column of values",
            "give its input one size: the number of all its values", "registers 3.2; device 4") {
  const Layer& l = at.layer;
  if (!l.one_dimensional() || !at.shaped()) return;
  const bool one = l.in.width == 1 && l.kernel.width == 1 && l.padding.width == 0 && l.pool.width == 1 &&
                   l.pool_stride.width == 1 && l.dilation.width == 1;
  if (!one) blame(l.in.extent(), {1LL * l.in.height * l.in.width, "values"}, "the column");
}

// Pooling -------------------------------------------------------------------------------------------------------------

INCUSE_RULE(
    OneLayer, transposed_pooling, error,
    "in front of a ConvTranspose2d the chip pools square windows that do not overlap: it has no stride for them",
    "let the stride be the window, or pool in a layer of its own", "datapath 3, 9; registers 3.3") {
  const Extent pool = at.layer.pool, stride = at.layer.pool_stride;
  if (!at.is(Operator::conv_transpose2d)) return;
  if (pool != stride || pool.height != pool.width) blame(stride, Extent{pool.height, pool.height}, "the window");
}

INCUSE_RULE(OneLayer, rounded_column, error,
            "registers do not tell whether data one column wide is 1-D, of which the chip does not round the mean",
            "pool in a Conv1d, use maximum pooling, or leave the option average_pool_rounding out", "datapath 4, 9") {
  const Layer& l = at.layer;
  const bool average = l.pooling == Pooling::average && at.layer.pools();
  if (at.network.options.average_pool_rounding && average && !l.one_dimensional() && at.shaped() && l.in.width == 1)
    blame(l.in.extent());
}

}  // namespace incuse

namespace incuse::max7800x {

/// Applied to the options.
inline constexpr CheckedRule<AskedOptions> datapath_option_rules[] = {
    INCUSE_RULE_ROW(cleared_layer),
    INCUSE_RULE_ROW(repeated_input),
};

/// Applied to every layer of the plan.
inline constexpr CheckedRule<PlacedLayer> datapath_plan_rules[] = {
    INCUSE_RULE_ROW(chw_flatten),     INCUSE_RULE_ROW(fast_fifo_processors), INCUSE_RULE_ROW(fifo_rows),
    INCUSE_RULE_ROW(fan_out_flatten), INCUSE_RULE_ROW(packed_lanes),         INCUSE_RULE_ROW(depthwise_lanes),
};

/// Applied to every layer.
inline constexpr CheckedRule<OneLayer> datapath_layer_rules[] = {
    INCUSE_RULE_ROW(fifo_reader), INCUSE_RULE_ROW(input_once),         INCUSE_RULE_ROW(streamed_tensor),
    INCUSE_RULE_ROW(one_column),  INCUSE_RULE_ROW(transposed_pooling), INCUSE_RULE_ROW(rounded_column),
    INCUSE_RULE_ROW(buffer_rest), INCUSE_RULE_ROW(repeated_buffer),
};

}  // namespace incuse::max7800x
