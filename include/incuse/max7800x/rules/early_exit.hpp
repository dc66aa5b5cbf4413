// Rules about networks that end early. See rules.hpp.
#pragma once

#include <initializer_list>

#include <incuse/max7800x/rules/subjects.hpp>
#include <incuse/model/parameters.hpp>

namespace incuse::max7800x {

/// Blames the layer whose output an early exit tests: those that compute the condition, `at` among them, are no layers
/// that an author has written.
constexpr void blame_tested(const OneLayer& at, const Blame& blame, const Quantity& needs = {},
                            const Quantity& has = {}, Text whose = {}) {
  const Layer* const layers = at.network.layers;
  const int tested = tested_layer(layers, at.index);
  if (tested < 0) return blame(needs, has, whose);
  Blame{blame.found, tested, layers[tested].name, blame.rule}(needs, has, whose);
}

}  // namespace incuse::max7800x

namespace incuse {

INCUSE_RULE(OneLayer, early_exit, error, "the chip cannot end an inference early",
            "deploy FirstStage<Net> and SecondStage<Net> (model/stages.hpp), and let the program decide between them",
            "device 4") {
  // The weights that compute the condition rely on the unit of biases.
  const bool computes_condition = at.device.bias_scale == bias_unit;
  if (at.layer.may_exit() && !(at.device.has(max7800x::Feature::snooping) && computes_condition))
    blame_tested(at, blame);
}

INCUSE_RULE(WholeNetwork, exit_count, error, "more early exits than the chip has units that look for them",
            "leave some out", "registers 3.21") {
  if (!at.device.has(max7800x::Feature::snooping)) return;
  int exits = 0;
  for (int i = 0; i < at.size; ++i) exits += at.layers[i].may_exit() ? 1 : 0;
  if (exits > max7800x::snoop_units) blame(exits, max7800x::snoop_units);
}

INCUSE_RULE(OneLayer, exit_pixels, error, "an early exit tests the channels of one pixel",
            "end its layers in a Linear layer, or pool the whole map", "datapath 8") {
  if (!at.layer.tests() || !at.shaped() || at.layer.in.extent() == Extent{1, 1}) return;
  const int source = at.layer.sources[0];  // of a condition of two layers the first one is to blame
  if (!within(source, 0, at.index - 1) || !at.network.layers[source].tests())
    blame_tested(at, blame, Extent{1, 1}, at.layer.in.extent(), "the output");
}

INCUSE_RULE(OneLayer, exit_channel, error, "an early exit tests a channel that its layers do not have",
            "correct the channel", "early_exit.hpp") {
  const ExitTest& test = at.layer.exit;
  if (test.part == ExitTest::one && at.shaped() && test.channel >= at.layer.in.channels)
    blame_tested(at, blame, {test.channel + 1LL, "channels"}, {at.layer.in.channels, "channels"}, "the output");
}

INCUSE_RULE(OneLayer, exit_width, error, "an early exit tests signed bytes, not a 32-bit output",
            "leave out the option wide", "arithmetic 1") {
  if (!at.layer.tests() || at.layer.sources.empty()) return;
  const int source = at.layer.sources[0];
  if (source >= 0 && source < at.index && at.network.layers[source].wide) blame_tested(at, blame, 32, 8);
}

INCUSE_RULE(WholeNetwork, exit_alone, error, "a network with an early exit runs once, layer after layer",
            "leave this out, or deploy FirstStage<Net> and SecondStage<Net> (model/stages.hpp)", "datapath 8") {
  bool exits = false, streams = false, jumps = false;
  for (int i = 0; i < at.size; ++i) {
    const Placement& hand = at.layers[i].placement;
    exits = exits || at.layers[i].may_exit();
    streams = streams || at.layers[i].streaming;
    jumps = jumps || hand.next != Placement::not_given || hand.next_on_hit != Placement::not_given;
  }
  if (!exits || !at.device.has(max7800x::Feature::snooping)) return;
  if (streams) blame({}, {}, {}, "streaming");
  if (jumps) blame({}, {}, {}, "next_layer");
  if (at.buffer.exists()) blame({}, {}, {}, "RollingBuffer");
  if (at.options.snoop.used) blame({}, {}, {}, "snoop");
  if (at.options.repetitions > 1) blame({}, {}, {}, "repetitions");
  for (max7800x::Feature feature :
       {max7800x::Feature::snooping, max7800x::Feature::single_steps, max7800x::Feature::linked_layers})
    if (at.options.asks_for(feature)) blame({}, {}, {}, row_of(max7800x::feature_names, feature).name);
}

}  // namespace incuse

namespace incuse::max7800x {

/// Applied to every layer: see layers.hpp.
inline constexpr CheckedRule<OneLayer> exit_rules[] = {
    INCUSE_RULE_ROW(early_exit),
    INCUSE_RULE_ROW_ABOUT(exit_pixels, bit_of(Feature::snooping)),
    INCUSE_RULE_ROW_ABOUT(exit_channel, bit_of(Feature::snooping)),
    INCUSE_RULE_ROW_ABOUT(exit_width, bit_of(Feature::snooping)),
};

}  // namespace incuse::max7800x
