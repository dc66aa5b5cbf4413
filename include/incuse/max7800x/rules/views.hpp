// Rules about the part of a tensor that a layer reads, and its shape. See rules.hpp.
#pragma once

#include <incuse/max7800x/plan/conversion.hpp>
#include <incuse/max7800x/rules/advice.hpp>
#include <incuse/max7800x/rules/subjects.hpp>

namespace incuse {

INCUSE_RULE(OneLayer, crop_rows, error, "a layer leaves out all rows of its source, or fewer than none",
            "crop fewer rows, and 0 or more at each end", "arithmetic 1") {
  const Layer& l = at.layer;
  if (l.buffer_shift != 0) return;         // it reads the buffer without the rows that it drops
  if (crops_in_vain(l, at.index)) return;  // crop_input says so
  for (int source : l.sources) {
    const int rows = at.source(source).height;
    if (l.crop_top < 0) return blame({0, "rows or more"}, {l.crop_top, "rows"}, "the crop", "at the top");
    if (l.crop_bottom < 0) return blame({0, "rows or more"}, {l.crop_bottom, "rows"}, "the crop", "at the bottom");
    if (rows > 0 && 1LL * l.crop_top + l.crop_bottom >= rows)
      return blame({1LL * l.crop_top + l.crop_bottom + 1, "rows"}, {rows, "rows"}, "the source");
  }
}

INCUSE_RULE(OneLayer, crop_input, error,
            "the network's first layer reads the whole input, and so do layers that stream",
            "crop the input before it is loaded, or in a layer behind these", "memory 2; placement 8") {
  if (crops_in_vain(at.layer, at.index)) blame();
}

INCUSE_RULE(OneLayer, crop_joined, error, "images that are joined one behind the other are read without a gap",
            "crop them in layers of their own", "placement 4") {
  if (!at.layer.crops() || at.layer.sources.size <= at.layer.operands) return;
  const Shape first = at.source(at.layer.sources[0]);
  for (int source : at.layer.sources)
    if (at.source(source).extent() != first.extent()) return blame(first, at.source(source), "another one");
}

INCUSE_RULE(OneLayer, reshape, error, "the layer reads a different number of values than its source delivers",
            "correct the layer's own input size", "checks I17, L6, M8") {
  if (at.misread()) blame(at.values_read(), at.values_delivered(), "the source");
}

INCUSE_RULE(OneLayer, reshaped_channels, error,
            "the chip cannot turn channels into pixels or pixels into channels: each channel has a memory of its own",
            "keep the channels, or end the network in front of the layer, and reshape in the program",
            "placement 2, 4; memory 1") {
  const Layer& l = at.layer;
  // With placement by hand it is allowed, as in the vendor's tool; `verify` checks then which channels the words hold.
  if (at.network.placed_by_hand || l.sources.size != 1 || l.operands != 1 || l.flatten || !at.shaped()) return;
  // The input is loaded as the first layer reads it.
  const bool input = l.sources[0] == network_input;
  if (input && at.index == 0) return;
  const Layer& first = at.network.layers[0];
  const bool loaded_so = input && first.sources.size == 1 && first.sources[0] == network_input && first.operands == 1;
  const Shape source = cropped(loaded_so ? first.in : at.source(l.sources[0]), l);
  const long long delivered = source.all_elements();
  const bool as_many = delivered == l.in.all_elements();
  if (as_many && source.channels != l.in.channels) blame(l.in, source, "the source", advice::other_shape(at));
}

INCUSE_WARNING(OneLayer, one_dimensional_data, "a 2-D operator reads the values that a Conv1d wrote",
               "use Conv1d, or give the layer a 2-D input size", "checks I19") {
  const Layer& l = at.layer;
  const bool two_dimensional = at.is(Operator::conv2d) || at.is(Operator::conv_transpose2d);
  if (!two_dimensional || l.in_extent != Extent{0, 0} || l.sources.empty()) return;
  const int source = l.sources[0];
  if (source >= 0 && source < at.index && at.network.layers[source].op == Operator::conv1d)
    blame(at.source(source).extent());
}

}  // namespace incuse

namespace incuse::max7800x {

/// Applied to every layer: see layers.hpp.
inline constexpr CheckedRule<OneLayer> view_rules[] = {
    INCUSE_RULE_ROW(crop_rows), INCUSE_RULE_ROW(crop_input),        INCUSE_RULE_ROW(crop_joined),
    INCUSE_RULE_ROW(reshape),   INCUSE_RULE_ROW(reshaped_channels), INCUSE_RULE_ROW(one_dimensional_data),
};

}  // namespace incuse::max7800x
