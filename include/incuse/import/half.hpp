// Numbers in half precision: IEEE's, and bfloat16, the upper half of a float.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace incuse::detail {

/// The half-precision number with these bits.
inline double half_number(unsigned bits) {
  const int exponent = static_cast<int>(bits >> 10 & 0x1f), fraction = static_cast<int>(bits & 0x3ff);
  double magnitude = 0;
  if (exponent == 0x1f)
    magnitude = fraction == 0 ? HUGE_VAL : std::nan("");
  else if (exponent == 0)
    magnitude = std::ldexp(fraction, -24);
  else
    magnitude = std::ldexp(fraction + 0x400, exponent - 25);
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

/// The bfloat16 with these bits.
inline double brain_number(unsigned bits) {
  return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits & 0xffff) << 16));
}

/// A number rounded to `digits` binary digits, halves to even; to a multiple of 2^`least` at least, and infinite where
/// it is 2^`most` or more.
inline double rounded_to_digits(double value, int digits, int least, int most) {
  if (!std::isfinite(value) || value == 0) return value;
  int exponent = 0;
  std::frexp(value, &exponent);
  const int last = std::max(exponent - digits, least);
  const double rounded = std::ldexp(std::nearbyint(std::ldexp(value, -last)), last);
  return std::fabs(rounded) >= std::ldexp(1.0, most) ? std::copysign(HUGE_VAL, value) : rounded;
}
/// The nearest number in half precision, the nearest bfloat16.
inline double rounded_to_half(double value) { return rounded_to_digits(value, 11, -24, 16); }
inline double rounded_to_brain(double value) { return rounded_to_digits(value, 8, -133, 128); }

}  // namespace incuse::detail
