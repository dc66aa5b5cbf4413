// Rules about element-wise operations. See rules.hpp.
#pragma once

#include <incuse/max7800x/rules/subjects.hpp>

namespace incuse {

INCUSE_RULE(OneLayer, operand_count, error,
            "an element-wise operation has 2 operands or more, up to what the chip has; any other layer 1",
            "combine the tensors in several layers", "checks Y19; device 4") {
  const bool combines = at.layer.elementwise != Elementwise::none;
  const int most = combines ? at.device.max_operands : 1;
  if (!within(at.layer.operands, combines ? 2 : 1, most) || at.layer.sources.dropped > 0)
    blame(at.layer.operands + at.layer.sources.dropped, most);
}

INCUSE_RULE(OneLayer, operand_sources, error,
            "an element-wise operation names another number of tensors than it combines", "name one tensor per operand",
            "network-description 5") {
  const int sources = at.layer.sources.size;
  if (at.layer.elementwise != Elementwise::none && sources > 1 && sources != at.layer.operands)
    blame(at.layer.operands, sources, "the list of sources");
}

INCUSE_RULE(OneLayer, elementwise_conv1d, error, "an element-wise operation cannot be fused with Conv1d",
            "combine the tensors in a layer of its own", "checks H6") {
  if (at.is(Operator::conv1d) && at.combines()) blame(at.layer.operands, 1);
}

INCUSE_RULE(OneLayer, elementwise_bias, error,
            "this chip has no bias behind an element-wise operation and a convolution in one layer",
            "combine the tensors in a layer of its own, or leave the bias out", "checks H30; device 4") {
  if (lacks_operand_bias(at.layer, at.device)) blame();
}

}  // namespace incuse

namespace incuse::max7800x {

/// Applied to every layer: see layers.hpp.
inline constexpr CheckedRule<OneLayer> elementwise_rules[] = {
    INCUSE_RULE_ROW_ABOUT(operand_count, bit_of(Feature::elementwise)),
    INCUSE_RULE_ROW_ABOUT(operand_sources, bit_of(Feature::elementwise)),
    INCUSE_RULE_ROW_ABOUT(elementwise_conv1d, bit_of(Feature::elementwise)),
    INCUSE_RULE_ROW_ABOUT(elementwise_bias, bit_of(Feature::elementwise)),
};

}  // namespace incuse::max7800x
