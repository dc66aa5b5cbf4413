// Scaling, rounding and clipping of integers as the MAX78000 family does it. No layer is known here: the virtual chip
// computes with these functions too. Spec: max7800x-arithmetic; its section numbers stand beside the functions.
#pragma once

#include <incuse/max7800x/device.hpp>

namespace incuse::max7800x {

inline constexpr int lowest_value = -128;  ///< of data and of 8-bit weights
inline constexpr int highest_value = 127;

/// The value, or the nearest bound if it is outside.
constexpr int clip(long long value, int lowest, int highest) {
  return value < lowest ? lowest : value > highest ? highest : static_cast<int>(value);
}

constexpr int clip_to_byte(long long value) { return clip(value, lowest_value, highest_value); }

// Convolutions (sections 4 and 5) -------------------------------------------------------------------------------------

/// What the bias contributes to an accumulator.
constexpr int bias_term(int bias, int scale) { return scale * bias; }

/// Largest total shift of `scale_to_byte`, to the left and to the right.
inline constexpr int most_shift = 15;

/// floor(accumulator * 2^shift / 128 + 1/2), clipped to a byte: halves round up. -most_shift <= shift <= most_shift.
constexpr int scale_to_byte(int accumulator, int shift) {
  const int data_bits = 7;  // 128 is 1.0
  const int drop = shift >= 0 ? data_bits : data_bits - shift;
  const long long scaled = shift >= 0 ? accumulator * (1LL << shift) : accumulator;
  return clip_to_byte((scaled + (1LL << (drop - 1))) >> drop);
}

// Pooling (section 2) -------------------------------------------------------------------------------------------------

/// Mean of `count` values: truncated toward zero, as integer division does, or rounded half away from zero.
constexpr int average(int sum, int count, bool rounding) {
  if (!rounding) return sum / count;
  const int magnitude = sum < 0 ? -sum : sum;
  const int mean = (2 * magnitude + count) / (2 * count);
  return clip_to_byte(sum < 0 ? -mean : mean);
}

}  // namespace incuse::max7800x
