// Rules about where the output of a layer goes, and which layer is executed next. See rules.hpp.
#pragma once

#include <incuse/max7800x/plan/execution_order.hpp>
#include <incuse/max7800x/rules/advice.hpp>
#include <incuse/max7800x/unload.hpp>

namespace incuse {

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

INCUSE_RULE(OneLayer, two_next_layers, error,
            "the chip has one place for the layer that is executed next: always, or with the option snoop on a hit",
            "leave next_layer or next_layer_on_hit out", "registers 3.1; datapath 8") {
  const Placement& hand = at.layer.placement;
  if (!at.device.any_next_layer || hand.next == Placement::not_given || hand.next_on_hit == Placement::not_given)
    return;
  if (hand.next != hand.next_on_hit) blame(hand.next_on_hit, hand.next, "next_layer");
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

/// Applied to every layer: see layers.hpp.
inline constexpr CheckedRule<OneLayer> output_rules[] = {
    INCUSE_RULE_ROW_ABOUT(mlator_output, bit_of(Feature::byte_swapper)),
    INCUSE_RULE_ROW(output_holes),
    INCUSE_RULE_ROW(next_layer),
    INCUSE_RULE_ROW_ABOUT(two_next_layers, bit_of(Feature::snooping)),
    INCUSE_RULE_ROW_ABOUT(streaming_next, bit_of(Feature::linked_layers) | bit_of(Feature::snooping)),
    INCUSE_RULE_ROW(write_gap),
};

}  // namespace incuse::max7800x
