// Rules about networks that the registers cannot express. The vendor's tool accepts such a network, and the chip
// computes something else: datapath page (max7800x-datapath), section 9. `inspect` applies them, `check` does not. See
// rules.hpp.
#pragma once

#include <incuse/max7800x/plan/execution_order.hpp>
#include <incuse/max7800x/rules/advice.hpp>
#include <incuse/max7800x/rules/rolling_buffer.hpp>
#include <incuse/max7800x/rules/subjects.hpp>

namespace incuse::max7800x {

/// Whether an early exit may end the network.
constexpr bool exits_early(const WholeNetwork& network) {
  for (int i = 0; i < network.size; ++i)
    if (network.layers[i].may_exit()) return true;
  return false;
}

/// The first executed layer that reads layer `index`; -1: none does.
constexpr int executed_reader(const WholeNetwork& network, int index) {
  for (int i = index + 1; i < network.size; ++i)
    if (network.layers[i].sources.contains(index) && !is_skipped(network.layers, i, network.options)) return i;
  return -1;
}

}  // namespace incuse::max7800x

namespace incuse {

// Options -------------------------------------------------------------------------------------------------------------

INCUSE_RULE(AskedOptions, cleared_layer, error,
            "the vendor's tables clear the registers of a layer that is used: it computes nothing",
            "leave the option vendor_stream out, and only layers that are not used are cleared; or clear_unused_layers",
            "datapath 10; registers 3.21; ai84 2.3") {
  const bool hits = at.device.cleared_layers == ClearedLayers::last || at.options.repetitions > 1;
  if (at.options.clear_unused_layers && at.options.vendor_stream && hits) blame();
}

INCUSE_RULE(AskedOptions, repeated_input, error, "layers that run again find no input in the FIFOs any more",
            "load the input into the data memory, or let the layers run once", "datapath 7, 8; registers 4") {
  if (at.options.uses_fifo()) blame_repeating(at.device, at.options, blame);
}

INCUSE_RULE(AskedOptions, repeated_first_layer, error,
            "layers that are repeated begin with the hardware's layer 0: those in front of the first one would be run, "
            "too, from the second time on",
            "leave the option first_layer out, or do not repeat the layers", "registers 1, 3.1; datapath 8") {
  const int first = at.options.first_layer;
  if (runs_again(at.device, at.options) && within(first, 1, at.device.max_first_layer)) blame(first, 0);
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

INCUSE_RULE(OneLayer, wide_inside, error, "a 32-bit output is a result of the network: no other layer can read it",
            "leave the option wide out, or make this layer the last one", "checks I15; device 4") {
  if (!at.layer.wide || !at.layer.weighted()) return;
  for (int i = at.index + 1; i < at.network.size; ++i)
    for (int source : at.network.layers[i].sources)
      if (source == at.index && !at.network.layers[i].tests()) return blame({32, "bits"}, {8, "bits"}, "another layer");
}

INCUSE_RULE(OneLayer, streamed_tensor, error,
            "the next layer streams this layer's output row by row: it is nowhere as a whole",
            "let only the next layer read it, as its only source, and do not make it an output",
            "datapath 7; placement 8") {
  const WholeNetwork& network = at.network;
  const int next = at.index + 1;
  if (next >= network.size || !network.layers[next].streaming) return;
  if (at.device.max_streaming_layers == 0) return;  // streaming_count reports it
  if (at.layer.output) return blame();
  for (int i = next; i < network.size; ++i)
    for (int source : network.layers[i].sources)
      if ((source == at.index) != (i == next)) return blame({}, {}, {}, network.layers[i].name);
}

INCUSE_RULE(OneLayer, skipped_layer, error,
            "a layer in front jumps over this one, which is not executed: what it would write is needed",
            "let all readers read layers that are executed, or leave the next layer out", "datapath 8") {
  const WholeNetwork& network = at.network;
  const int jumper = at.device.any_next_layer ? skipped_by(network.layers, at.index, network.options) : -1;
  if (jumper < 0 || network.layers[jumper].streaming) return;  // streaming_next reports the latter
  if (exits_early(network)) return;                            // exit_alone reports jumps
  if (at.layer.output) return blame();
  if (const int reader = executed_reader(network, at.index); reader >= 0)
    blame({}, {}, {}, network.layers[reader].name);
}

INCUSE_WARNING(OneLayer, unreached_layers,
               "a layer jumps over others that nothing else leads to: they are never executed",
               "leave the next layer out, or remove the layers in between", "registers 3.1; datapath 8") {
  const WholeNetwork& network = at.network;
  const int first = at.index + 1, next = executed_behind(network.layers, at.index, network.options);
  const bool jumps = at.device.any_next_layer && within(next, first + 1, network.size - 1) && !at.layer.streaming;
  if (!jumps || is_skipped(network.layers, at.index, network.options)) return;
  if (exits_early(network)) return;  // exit_alone reports jumps
  const Options& options = network.options;
  const bool in_order =
      options.repetitions > 1 || runs_again(at.device, options) || options.asks_for(Feature::single_steps);
  if (in_order) return;               // repeated_jump and single_step report it
  for (int i = first; i < next; ++i)  // skipped_layer reports those that are needed
    if (network.layers[i].output || executed_reader(network, i) >= 0) return;
  blame(next, first, "the order");
}

INCUSE_RULE(OneLayer, repeated_jump, error, "layers that are repeated are executed in their order",
            "leave the next layer out, or do not repeat the layers", "registers 1, 3.1; datapath 8") {
  if (executed_behind(at.network.layers, at.index, at.network.options) != at.index + 1)
    blame_repeating(at.device, at.network.options, blame);
}

INCUSE_RULE(OneLayer, single_step, error, "layers that run one by one run as a whole and in their order",
            "do not stream, leave the next layer out, or do not ask for single steps", "run-time 5; registers 4") {
  const Options& options = at.network.options;
  const bool steps = at.device.has(Feature::single_steps) && options.asks_for(Feature::single_steps);
  if (!steps || options.vendor_stream) return;
  if (at.layer.streaming) return blame({}, {}, {}, "streaming");
  if (executed_behind(at.network.layers, at.index, options) != at.index + 1) blame({}, {}, {}, "next_layer");
}

// Shapes --------------------------------------------------------------------------------------------------------------

INCUSE_RULE(PlacedLayer, chw_flatten, error,
            "a map in CHW order cannot be flattened: of every four pixels of a channel only the first would be read",
            "use an HWC input", "datapath 4") {
  // The pixels become passes over an image of one: pass i reads word i, and of this the lane of column 0. In CHW order
  // a word has four pixels of a channel in its lanes.
  if (at.reads_channels_first() && at.layer.flatten && at.layer.pooled.pixels() > 1)
    blame(at.layer.pooled.extent(), Extent{1, 1});
}

INCUSE_RULE(PlacedLayer, fast_fifo_processors, error, "the fast FIFO feeds the first group only",
            "use processors 0-3, for a CHW input 0, or the standard FIFOs", "datapath 7; registers 4") {
  const ProcessorMap reached = at.fifo_processors() & 0xffff;
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
  if (!one) blame(l.in.extent(), {l.in.all_pixels(), "values"}, "the column");
}

namespace max7800x {

/// True if no weight of a layer can be 0: it is -1 or +1, or always 1.
constexpr bool without_zero(const Layer& layer, const Device& device) {
  return layer.weighted() && (layer.bypass ? device.kernel_bypass : layer.binary_weights && device.binary_weights);
}

/// True if the lanes without a channel in the last pass of a tensor are 0: the input is loaded so, and a convolution
/// writes them so if the weights of these lanes can be 0.
constexpr bool empty_lanes_are_zero(const OneLayer& at, int source) {
  if (source == network_input) return !at.network.options.uses_fifo();
  if (!at.source_exists(source) || source == rolling_buffer) return false;
  const Layer& from = at.network.layers[source];
  return from.weighted() && !without_zero(from, at.device) && !from.bias && from.groups == 1 && !from.flatten;
}

}  // namespace max7800x

INCUSE_RULE(OneLayer, inserted_zeros, error,
            "the hardware runs the layer with a larger kernel, filled up with zeros, which its weights cannot say",
            "use weights of 2 bits or more, a kernel without dilation, or fewer layers that stream",
            "device 5; registers 4") {
  if (without_zero(at.layer, at.device) && inserts_zeros(at.network.layers, at.index)) blame(at.layer.kernel);
}

INCUSE_RULE(OneLayer, uneven_passes, error,
            "weights without a zero need passes of equally many channels: processors without a channel in the last one "
            "read what lies in their lanes",
            "use a multiple of the channels of a pass, or weights of 2 bits or more", "datapath 5; memory 5.1") {
  const Layer& l = at.layer;
  if (!at.shaped() || !without_zero(l, at.device)) return;
  const Passes passes = passes_of(l.in.channels, at.network.options.processors_per_pass);
  bool zeros = true;
  for (int source : l.sources) zeros = zeros && empty_lanes_are_zero(at, source);
  if (l.groups == 1 && passes.count > 1 && l.in.channels % passes.channels != 0 && !zeros)
    blame(l.in.channels, round_up(l.in.channels, passes.channels), "the next multiple");
}

INCUSE_RULE(OneLayer, bypassed_bits, error, "a bypassed kernel has no weights that could have fewer bits",
            "leave the weight bits out", "registers 3.12; arithmetic 4") {
  if (at.layer.weighted() && at.layer.bypass && at.device.kernel_bypass && at.layer.weight_bits != 8) blame();
}

// Pooling -------------------------------------------------------------------------------------------------------------

INCUSE_RULE(
    OneLayer, transposed_pooling, error,
    "in front of a ConvTranspose2d the chip pools square windows that do not overlap: it has no stride for them",
    "let the stride be the window, or pool in a layer of its own", "datapath 3, 9; registers 3.3") {
  const Extent pool = at.layer.pool, stride = at.layer.pool_stride;
  if (!at.is(Operator::conv_transpose2d)) return;
  if (at.device.pool_dilation && at.layer.pool_dilation != Extent{1, 1})
    return blame(at.layer.pool_dilation, Extent{1, 1}, "such a layer", "dilation");
  if (pool.height != pool.width) return blame(pool, Extent{pool.height, pool.height}, "a square window");
  if (pool != stride) blame(stride, pool, "the window");
}

INCUSE_RULE(OneLayer, dilated_maximum, error,
            "it is not known what the chip makes of a dilated maximum in one dimension: of neighbours, as the vendor's "
            "reference takes it, or of dilated values, as the registers say",
            "pool without dilation, to the mean, or in a 2-D layer", "arithmetic 2; datapath 3") {
  const Layer& l = at.layer;
  const bool dilated = l.pool.height > 1 && l.pool_dilation.height > 1;
  if (l.one_dimensional() && l.pooling == Pooling::max && dilated && at.device.pool_dilation)
    blame(l.pool_dilation.height, 1);
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
    INCUSE_RULE_ROW_ABOUT(repeated_input, bit_of(Feature::fifo)),
    INCUSE_RULE_ROW(repeated_first_layer),
};

/// Applied to every layer of the plan.
inline constexpr CheckedRule<PlacedLayer> datapath_plan_rules[] = {
    INCUSE_RULE_ROW_ABOUT(chw_flatten, bit_of(Feature::linear)),
    INCUSE_RULE_ROW_ABOUT(fast_fifo_processors, bit_of(Feature::fifo)),
    INCUSE_RULE_ROW_ABOUT(fifo_rows, bit_of(Feature::fifo)),
    INCUSE_RULE_ROW_ABOUT(fan_out_flatten, bit_of(Feature::fifo)),
    INCUSE_RULE_ROW_ABOUT(packed_lanes, bit_of(Feature::passthrough)),
    INCUSE_RULE_ROW(depthwise_lanes),
};

/// Applied to every layer.
inline constexpr CheckedRule<OneLayer> datapath_layer_rules[] = {
    INCUSE_RULE_ROW_ABOUT(fifo_reader, bit_of(Feature::fifo)),
    INCUSE_RULE_ROW_ABOUT(input_once, bit_of(Feature::elementwise)),
    INCUSE_RULE_ROW(streamed_tensor),
    INCUSE_RULE_ROW(one_column),
    INCUSE_RULE_ROW(inserted_zeros),
    INCUSE_RULE_ROW(uneven_passes),
    INCUSE_RULE_ROW(bypassed_bits),
    INCUSE_RULE_ROW_ABOUT(transposed_pooling, bit_of(Feature::transposed)),
    INCUSE_RULE_ROW(dilated_maximum),
    INCUSE_RULE_ROW_ABOUT(rounded_column, bit_of(Feature::pool_rounding)),
    INCUSE_RULE_ROW(buffer_rest),
    INCUSE_RULE_ROW(repeated_buffer),
    INCUSE_RULE_ROW(skipped_layer),
    INCUSE_RULE_ROW(unreached_layers),
    INCUSE_RULE_ROW_ABOUT(repeated_jump, bit_of(Feature::linked_layers)),
    INCUSE_RULE_ROW_ABOUT(single_step, bit_of(Feature::single_steps)),
    INCUSE_RULE_ROW_ABOUT(wide_inside, bit_of(Feature::wide_output)),
};

}  // namespace incuse::max7800x
