// Rules about weights, shifts and the width of outputs. See rules.hpp.
#pragma once

#include <incuse/max7800x/rules/advice.hpp>

namespace incuse {

INCUSE_RULE(OneLayer, weight_bits, error, "weights have 1, 2, 4 or 8 bits", "choose one of these", "checks Y10") {
  const int b = at.layer.weight_bits;
  const int nearest = b < 2 ? 1 : b < 4 ? 2 : b < 7 ? 4 : 8;
  const int possible = at.device.has(Feature::narrow_weights) ? nearest : 8;
  if (at.layer.weighted() && b != nearest) blame(b, {}, advice::nearest("the nearest width", b, possible, possible));
}

INCUSE_RULE(OneLayer, kernel_bypass, error, "this chip cannot bypass its kernels", "use weights of 1",
            "checks D1; device 4") {
  if (at.layer.bypass && !at.device.kernel_bypass) blame();
}

INCUSE_RULE(OneLayer, binary_weights, error, "this chip has no binary weights", "use ordinary weights",
            "checks D1; device 4") {
  if (!at.layer.binary_weights || at.device.binary_weights) return;
  const bool narrow = at.device.has(Feature::narrow_weights);
  blame({}, {}, Advice{.change = narrow ? Text("weights of 1 bit, which mean -1 and 0") : Text("weights of 8 bits")});
}

INCUSE_RULE(OneLayer, shift_range, error, "the output shift, with 8 less the weight bits added, is too large",
            "scale the weights differently", "checks H1; device 4") {
  if (at.layer.bypass && !at.device.kernel_bypass) return;  // the shift belongs to the bypass, which is refused
  if (at.layer.tests() && !at.device.has(Feature::snooping)) return;  // the exit is refused
  // A part without narrow weights refuses these themselves.
  const long long implied = at.device.has(Feature::narrow_weights) ? 8LL - at.layer.weight_bits : 0;
  const long long shift = at.layer.output_shift + implied;
  if (at.layer.weighted() && !within(shift, -at.device.max_shift, at.device.max_shift))
    blame(shift, shift < 0 ? -at.device.max_shift : at.device.max_shift,
          advice::nearest("the nearest output shift", at.layer.output_shift, -at.device.max_shift - implied,
                          at.device.max_shift - implied));
}

INCUSE_RULE(OneLayer, wide_activation, error, "a 32-bit output is the bare accumulator: it has no activation",
            "leave out the activation, or use 8-bit output", "checks I10") {
  // If another layer reads the wide output, `wide_inside` reports that.
  if (!at.layer.wide || at.layer.activation == Activation::none) return;
  for (int i = at.index + 1; i < at.network.size; ++i)
    if (at.network.layers[i].sources.contains(at.index)) return;
  blame();
}

}  // namespace incuse

namespace incuse::max7800x {

/// Applied to every layer: see layers.hpp.
inline constexpr CheckedRule<OneLayer> arithmetic_rules[] = {
    INCUSE_RULE_ROW_ABOUT(weight_bits, bit_of(Feature::narrow_weights)),    INCUSE_RULE_ROW(kernel_bypass),
    INCUSE_RULE_ROW_ABOUT(binary_weights, bit_of(Feature::narrow_weights)), INCUSE_RULE_ROW(shift_range),
    INCUSE_RULE_ROW_ABOUT(wide_activation, bit_of(Feature::wide_output)),
};

}  // namespace incuse::max7800x
