// Rules about layers without weights, and about functions that no layer of the family computes. See rules.hpp.
#pragma once

#include <incuse/max7800x/rules/subjects.hpp>

namespace incuse {

INCUSE_RULE(OneLayer, passthrough_padding, error, "only convolutions pad", "pad in the convolution behind the layer",
            "checks I26, H13") {
  if (!at.layer.weighted() && at.layer.padding != Extent{0, 0}) blame(at.layer.padding, 0);
}

INCUSE_RULE(OneLayer, passthrough_activation, error, "a layer without weights has no activation",
            "put the activation into the convolution in front", "checks I26, H13") {
  if (!at.layer.weighted() && at.layer.activation != Activation::none) blame();
}

INCUSE_RULE(OneLayer, table_activation, error, "this chip knows no activation functions but ReLU and Abs",
            "use one of them, or a chip with activation tables", "device 4") {
  if (at.layer.activation == Activation::function) blame();
}

INCUSE_RULE(OneLayer, batch_norm, error, "this chip has no batch norm",
            "fold it into weights and bias before they are quantised, as the training framework does, and leave "
            "BatchNorm2d out",
            "device 4; max7800x-training 5") {
  if (at.layer.batch_norm) blame();
}

INCUSE_RULE(OneLayer, passthrough_shift, error, "a layer without weights does not shift its output",
            "shift in the convolution in front", "checks H13") {
  if (!at.layer.weighted() && at.layer.output_shift != 0) blame(at.layer.output_shift, 0);
}

INCUSE_RULE(OneLayer, passthrough_wide, error, "a layer without weights has 8-bit output",
            "make the convolution in front the last layer", "checks H13") {
  if (!at.layer.weighted() && at.layer.wide) blame(32, 8);
}

}  // namespace incuse

namespace incuse::max7800x {

/// Applied to every layer: see layers.hpp.
inline constexpr CheckedRule<OneLayer> passthrough_rules[] = {
    INCUSE_RULE_ROW_ABOUT(passthrough_padding, bit_of(Feature::passthrough)),
    INCUSE_RULE_ROW_ABOUT(passthrough_activation, bit_of(Feature::passthrough)),
    INCUSE_RULE_ROW(table_activation),
    INCUSE_RULE_ROW(batch_norm),
    INCUSE_RULE_ROW_ABOUT(passthrough_shift, bit_of(Feature::passthrough)),
    INCUSE_RULE_ROW_ABOUT(passthrough_wide, bit_of(Feature::passthrough)),
};

}  // namespace incuse::max7800x
