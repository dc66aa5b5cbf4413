// What is right but could be better, and what the output of an inference shows: findings like those of `check`. A
// deployment does not need them, so incuse.hpp does not include this header. Sources: see rules.hpp.
#pragma once

#include <incuse/max7800x/plan/conversion.hpp>
#include <incuse/max7800x/rules.hpp>

namespace incuse::max7800x {

/// A layer whose place its author has chosen.
struct PlacedByHand : OneLayer {
  const LayerPlan& placed;
};

}  // namespace incuse::max7800x

namespace incuse {

INCUSE_RULE(OneLayer, first_layer_pools, notice, "the first layer pools its input",
            "scale the input down at its source", "checks I11") {
  if (at.index == 0 && at.shaped() && at.layer.pools()) blame(at.layer.pool);
}

INCUSE_RULE(OneLayer, channels_of_four, notice, "a layer reads a number of channels that is no multiple of 4",
            "use multiples of 4 between layers: a memory access always moves 4 channels", "checks H27") {
  const int read = at.layer.in.channels;
  if (at.index > 0 && at.shaped() && !at.layer.tests() && read % processors_per_instance != 0)
    blame(read, round_up(read, processors_per_instance), "the next multiple");
}

INCUSE_RULE(OneLayer, passthrough_pair, notice, "the next layer has no weights either",
            "see whether one layer can do both", "checks H8") {
  const int next = at.index + 1;
  if (next >= at.network.size || at.layer.weighted() || at.network.layers[next].weighted()) return;
  if (at.layer.writes_buffer() || at.network.layers[next].buffer_shift != 0) return;  // a shift does nothing else
  // Alone: only the next layer reads the output, and it reads nothing else. Without any reader the output is meant for
  // the rolling buffer, if the network has one.
  bool alone = !at.layer.output;
  bool read_by_any = !at.network.buffer.exists();
  for (int i = 0; i < at.network.size; ++i) {
    const Sources& read = at.network.layers[i].sources;
    alone = alone && (!read.contains(at.index) || (i == next && read.size == 1));
    read_by_any = read_by_any || read.contains(at.index);
  }
  alone = alone && read_by_any;
  if (alone) blame();
}

INCUSE_RULE(OneLayer, other_kernel, notice, "the chip runs the layer with another kernel", "", "checks D12; device 5") {
  if (widens_kernel(at.network.layers, at.index)) blame(at.layer.kernel, Extent{3, 3}, "the hardware");
  if (folds_rows(at.layer)) blame(at.layer.kernel, Extent{3, 3}, "the hardware");
}

INCUSE_RULE(OneLayer, mlator_possible, notice, "the output could be unloaded through the byte swapper",
            "add the option mlator_unload", "checks U2") {
  const bool possible = at.device.has(Feature::byte_swapper) && at.layer.output && fits_mlator(at.layer);
  if (at.shaped() && !at.network.options.mlator_unload && possible) blame();
}

INCUSE_RULE(OneLayer, gap_in_front, warning, "the layer in front leaves gaps between its words, and this one reads on",
            "leave its write gap out, unless another layer reads what it writes", "checks I5, I6") {
  if (at.layer.sources.size != 1 || at.layer.operands > 1) return;
  const int source = at.layer.sources[0];
  const int gap = within(source, 0, at.index - 1) ? at.network.layers[source].placement.write_gap : 0;
  if (gap > 0 && gap != at.layer.placement.read_gap) blame(at.layer.placement.read_gap, gap, "the source");
}

INCUSE_RULE(OneLayer, ignored_limit, notice,
            "ignore_limits lets a padded Conv1d read more than one pass, which this chip is said not to do",
            "compare its output with the network's, or use pad<0> or fewer channels", "checks H7") {
  const bool padded = at.is(Operator::conv1d) && at.layer.padding.height > 0;
  const bool limited = !at.device.padded_conv1d_passes && at.network.options.ignore_limits;
  if (at.shaped() && padded && at.passes() > 1 && limited)
    blame(at.layer.in.channels, at.network.options.processors_per_pass);
}

INCUSE_RULE(PlacedByHand, depthwise_moves, notice,
            "a depth-wise layer moves its channels to other processors, which takes time",
            "let it write to the processors that it reads from", "checks H25") {
  const bool depthwise = at.layer.groups > 1 && at.layer.groups == at.layer.in.channels;
  if (at.shaped() && depthwise && at.placed.output_processors != at.placed.processors)
    blame(Quantity::map(at.placed.output_processors), Quantity::map(at.placed.processors), "the input");
}

INCUSE_RULE(WholeNetwork, option_without_effect, notice, "an option has no effect on this network and chip",
            "leave it out, or see whether another option is missing, such as fifo_input or streaming",
            "network-description 7") {
  const Options usual, &o = at.options;
  bool later = false;  // a layer streams that does not read the input
  for (int i = 1; i < at.size; ++i) later = later || at.layers[i].streaming;
  bool any_parallel = false;  // a layer computes several output channels at a time
  for (int i = 0; i < at.size; ++i) any_parallel = any_parallel || suits_parallel_outputs(at.layers, i, o.fans_out());
  bool looks = false;  // a unit for conditional execution is on, or a jump depends on one
  for (int i = 0; i < at.size; ++i) looks = looks || named_next(at.layers[i]) != Placement::not_given;
  for (int unit = 0; unit < snoop_units; ++unit)
    looks = looks || snoop_control::on.of(o.snoop.values[snoop_number(unit, SnoopRegister::control_1)], at.device) != 0;
  const bool fifo = o.uses_fifo(), first_streams = fifo && at.size > 0 && at.layers[0].streaming;
  const bool waits = later && at.device.window_counts == WindowCounts::padded_size;
  const auto expect = [&](bool given, bool has_effect, Text option) {
    if (given && !has_effect) blame({}, {}, {}, option);
  };
  expect(o.stream_start_override != usual.stream_start_override, fifo, "stream_start_override");
  expect(o.stream_delta1_override != usual.stream_delta1_override, first_streams, "stream_delta1_override");
  expect(o.stream_delta2_override != usual.stream_delta2_override, first_streams, "stream_delta2_override");
  expect(o.stream_rollover_override != usual.stream_rollover_override, first_streams, "stream_rollover_override");
  expect(o.stream_start_margin != usual.stream_start_margin, waits, "stream_start_margin");
  expect(o.stream_delta1_margin != usual.stream_delta1_margin, later, "stream_delta1_margin");
  expect(o.stream_delta2_margin != usual.stream_delta2_margin, later, "stream_delta2_margin");
  if (at.device.has(Feature::parallel_outputs) && !o.vendor_stream)
    expect(o.asks_for(Feature::parallel_outputs), any_parallel, "parallel_outputs");
  if (at.device.has(Feature::snooping)) expect(o.snoop.used, looks, "snoop");
  expect(o.fifo_ready_selection != usual.fifo_ready_selection, at.device.has(Feature::fifo), "fifo_ready_selection");
}

INCUSE_RULE_WORDS(max7800x, zero_output, warning, "all values of the output are zero",
                  "choose an input that tells more, or see whether the shifts are right", "checks M11")

}  // namespace incuse

namespace incuse::max7800x {

/// Applied to the network as a whole.
inline constexpr CheckedRule<WholeNetwork> network_notice_rules[] = {
    INCUSE_RULE_ROW(option_without_effect),
};

/// Applied to every layer.
inline constexpr CheckedRule<OneLayer> notice_rules[] = {
    INCUSE_RULE_ROW(first_layer_pools), INCUSE_RULE_ROW(channels_of_four), INCUSE_RULE_ROW(passthrough_pair),
    INCUSE_RULE_ROW(other_kernel),      INCUSE_RULE_ROW(mlator_possible),  INCUSE_RULE_ROW(gap_in_front),
    INCUSE_RULE_ROW(ignored_limit),
};

/// Applied to every layer that is placed by hand.
inline constexpr CheckedRule<PlacedByHand> placement_notice_rules[] = {
    INCUSE_RULE_ROW(depthwise_moves),
};

/// What could be better about a network; of a large one see `notices_of_layer`.
template <int N>
constexpr Findings notices(const Graph<N>& graph, const Device& device, const Options& options = {}) {
  Findings found;
  const WholeNetwork network = detail::whole_network(graph, device, options);
  apply(network_notice_rules, network, Blame{found});
  for (int i = 0; i < graph.size; ++i)
    apply(notice_rules, {network, device, graph[i], i}, Blame{found, i, graph[i].name});
  return found;
}

/// What could be better about the places of layers that are placed by hand. Findings name the author's layers.
template <int N>
constexpr Findings notices_of_placement(const Graph<N>& graph, const Plan<N>& plan, const Device& device,
                                        const Options& options = {}) {
  Findings found;
  const WholeNetwork network = detail::whole_network(graph, device, options);
  for (int i = 0; i < plan.size; ++i)
    if (graph[i].placement.processors != 0)
      apply(placement_notice_rules, {{network, device, graph[i], i}, plan[i]},
            Blame{found, graph[i].author_layer >= 0 ? graph[i].author_layer : i, graph[i].name});
  return found;
}

/// What could be better about one layer.
template <int N>
constexpr Findings notices_of_layer(const Graph<N>& graph, int layer, const Device& device,
                                    const Options& options = {}) {
  Findings found;
  const WholeNetwork network = detail::whole_network(graph, device, options);
  apply(notice_rules, {network, device, graph[layer], layer}, Blame{found, layer, graph[layer].name});
  return found;
}

/// True if what a layer reads is of earlier inferences only: rows of the rolling buffer in front of the first layer
/// that inserts some, as they are or as other layers have changed them. In the first inference they are zero.
template <int N>
constexpr bool reads_the_past(const Graph<N>& graph, int layer) {
  bool past[N]{}, inserted = false;
  for (int i = 0; i <= layer; ++i) {
    past[i] = !graph[i].sources.empty();
    for (int source : graph[i].sources)
      past[i] = past[i] && (source == rolling_buffer ? !inserted : within(source, 0, i - 1) && past[source]);
    inserted = inserted || (graph[i].buffer_insert != 0 && !past[i]);
  }
  return past[layer];
}

/// What the values of a layer's output tell after the first inference: `value(i)` for i from 0 to its number of
/// elements.
template <int N, class Value>
constexpr Findings check_output(const Graph<N>& graph, int layer, Value&& value) {
  Findings found;
  if (reads_the_past(graph, layer)) return found;
  for (int i = 0; i < graph[layer].out.elements(); ++i)
    if (value(i) != 0) return found;
  found.push({.rule = &rules::zero_output, .layer = layer, .layer_name = graph[layer].name});
  return found;
}

}  // namespace incuse::max7800x
