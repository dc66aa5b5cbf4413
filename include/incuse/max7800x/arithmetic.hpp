// The integer arithmetic of the MAX78000 family, exact: what it means for layers. Nothing outside this header and
// rounding.hpp knows how the chip rounds or clips.
// Spec: max7800x-arithmetic; its section numbers stand beside the functions.
#pragma once

#include <incuse/max7800x/rounding.hpp>
#include <incuse/model/graph.hpp>

namespace incuse::max7800x {

// Convolutions (section 5) --------------------------------------------------------------------------------------------

/// ReLU and Abs both end at 127: the magnitude of -128 does not fit.
constexpr int activate(int value, Activation activation) {
  switch (activation) {
    case Activation::relu:
      return clip(value, 0, highest_value);
    case Activation::abs:
      return clip(value < 0 ? -static_cast<long long>(value) : value, 0, highest_value);
    case Activation::none:
    case Activation::function:  // this family has none: rule table_activation
      break;
  }
  return value;
}

/// From the accumulator to the output value. A wide output is the accumulator itself.
constexpr int finish(int accumulator, const Layer& layer) {
  return activate(layer.wide ? accumulator : scale_to_byte(accumulator, layer.total_shift()), layer.activation);
}

// Pooling (section 2) -------------------------------------------------------------------------------------------------

/// One-dimensional average pooling ignores the rounding switch.
constexpr bool average_rounds(const Layer& layer, bool rounding_switch) {
  return rounding_switch && !layer.one_dimensional();
}

/// One-dimensional maximum pooling takes neighbours, whatever its dilation.
constexpr Extent pooling_dilation(const Layer& layer) {
  return layer.one_dimensional() && layer.pooling != Pooling::average ? Extent{1, 1} : layer.pool_dilation;
}

// Element-wise operations (section 3) ---------------------------------------------------------------------------------

/// One step of the fold over the operands. Only the last result is clipped, by `clip_to_byte`.
constexpr int combine(int first, int second, Elementwise operation) {
  switch (operation) {
    case Elementwise::add:
      return first + second;
    case Elementwise::sub:
      return first - second;
    case Elementwise::bitwise_or:
      return first | second;
    case Elementwise::bitwise_xor:
      return first ^ second;
    case Elementwise::none:
      break;
  }
  return first;
}

// Softmax in software (section 8) -------------------------------------------------------------------------------------

/// Base-2 softmax as the driver computes it: `values` are wide outputs (Q17.14), results are Q15 (0…32767).
/// Last layers with weights of Q bits need their outputs multiplied by 2^(8 - Q): `weight_bits` is Q.
constexpr void softmax(const int* values, int count, int weight_bits, int* result) {
  const int lift = 1 << (8 - weight_bits);
  const int one = 1 << 14;
  const auto value = [&](int i) {  // 32 bits, as on the chip: what does not fit wraps around
    return static_cast<int>(static_cast<unsigned>(values[i]) * static_cast<unsigned>(lift));
  };
  long long base = -(1LL << 31);
  for (int i = 0; i < count; ++i)
    if (value(i) > base) base = value(i);
  base -= 16 * one;  // exponents below are 0…16

  long long sum = 0;
  for (int i = 0; i < count; ++i)
    if (value(i) > base) sum += 1LL << ((one / 2 + value(i) - base) >> 14);
  for (int i = 0; i < count; ++i) {
    result[i] = 0;
    if (value(i) <= base) continue;
    const long long shift = 17 + ((one / 2 - 1 + base - value(i)) >> 14);
    result[i] = clip(((1LL << 32) / sum) >> shift, 0, 32767);
  }
}

}  // namespace incuse::max7800x
