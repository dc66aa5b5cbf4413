// Rules about layers that read several passes, or compute several output channels at a time. See rules.hpp.
#pragma once

#include <incuse/max7800x/rules/subjects.hpp>

namespace incuse {

INCUSE_RULE(OneLayer, padded_passes, error, "this chip cannot pad a Conv1d that reads more than one pass",
            "use pad<0>, or fewer channels", "checks H7; device 4") {
  const bool padded = at.is(Operator::conv1d) && at.layer.padding.height > 0;
  const bool passes = at.passes() > 1 && at.device.max_input_passes > 1;  // else channels or one_pass reports it
  if (at.shaped() && padded && passes && !at.device.padded_conv1d_passes && !at.network.options.ignore_limits)
    blame(at.layer.in.channels, at.network.options.processors_per_pass);
}

INCUSE_RULE(OneLayer, parallel_channels, error,
            "a layer that computes four output channels at a time needs a multiple of 4 of them",
            "use another number of channels, or leave the option out", "memory 5.4") {
  const bool asked = at.layer.placement.parallel_outputs || at.network.options.asks_for(Feature::parallel_outputs);
  const bool parallel = asked && at.device.has(Feature::parallel_outputs) && !at.layer.tests();
  if (parallel && at.layer.weighted() && !at.layer.flatten && at.layer.out.channels % 4 != 0)
    blame(at.layer.out.channels, round_up(at.layer.out.channels, 4), "the next multiple");
}

INCUSE_WARNING(
    OneLayer, parallel_kernel,
    "the option to compute four output channels at a time has no effect: only 3x3 kernels, neither in groups nor "
    "flattened, are known to use it",
    "leave it out", "datapath 9; memory 5.7") {
  const WholeNetwork& network = at.network;
  const bool asked = at.layer.placement.parallel_outputs && at.device.has(Feature::parallel_outputs);
  if (!asked || network.options.vendor_stream || !at.shaped()) return;
  if (at.layer.weighted() && !at.layer.flatten && at.layer.out.channels % 4 != 0)
    return;  // parallel_channels reports it
  switch (hinders_parallel_outputs(network.layers, at.index, network.options.fans_out())) {
    case OneOutputAtATime::no_weights:
      return blame({}, {}, {}, "no weights");
    case OneOutputAtATime::bypass:
      return blame({}, {}, {}, "a bypassed kernel");
    case OneOutputAtATime::kernel:
      return blame(at.layer.kernel, Extent{3, 3}, "such a layer");
    case OneOutputAtATime::flatten:
      return blame({}, {}, {}, "flattened");
    case OneOutputAtATime::grouped:
      return blame(at.layer.groups, 1, "such a layer", "groups");
    case OneOutputAtATime::fan_out:
      return blame({}, {}, {}, "the quad fast FIFO");
    case OneOutputAtATime::channels:  // parallel_channels reports it
    case OneOutputAtATime::nothing:
      return;
  }
}

INCUSE_RULE(OneLayer, read_gap_passes, error, "only a layer of one pass can pass over words that it reads",
            "leave the read gap out, or read fewer channels", "checks H19; device 4") {
  if (at.shaped() && at.device.has(Feature::read_gap) && at.layer.placement.read_gap != 0 && at.passes() > 1)
    blame(at.layer.in.channels, at.network.options.processors_per_pass);
}

INCUSE_RULE(OneLayer, elementwise_passes, error,
            "an element-wise operation on so many channels cannot be fused with pooling or convolution",
            "combine the tensors in a layer of its own", "checks H26; device 4") {
  if (at.shaped() && confuses_operand_rows(at.layer, at.passes(), at.device))
    blame(at.layer.in.channels, (at.layer.operands == 2 ? 2 : 1) * at.network.options.processors_per_pass);
}

}  // namespace incuse

namespace incuse::max7800x {

/// Applied to every layer: see layers.hpp.
inline constexpr CheckedRule<OneLayer> pass_rules[] = {
    INCUSE_RULE_ROW(padded_passes),
    INCUSE_RULE_ROW_ABOUT(parallel_channels, bit_of(Feature::parallel_outputs)),
    INCUSE_RULE_ROW_ABOUT(parallel_kernel, bit_of(Feature::parallel_outputs)),
    INCUSE_RULE_ROW_ABOUT(read_gap_passes, bit_of(Feature::read_gap)),
    INCUSE_RULE_ROW_ABOUT(elementwise_passes, bit_of(Feature::elementwise)),
};

}  // namespace incuse::max7800x
