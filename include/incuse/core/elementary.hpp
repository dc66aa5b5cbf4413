// Real arithmetic that gives the same bits in every compiler, on every chip and at compile time: no contraction of a
// product and a sum into one rounding (FMA), and functions that do not depend on the C library.
#pragma once

#include <cstdint>

#include <incuse/core/compiler.hpp>

namespace incuse {

/// Nearest whole number; halves are rounded up. The value must not be negative, and must fit an int.
constexpr int round_half_up(float value) {
  const int whole = static_cast<int>(value);
  return value - static_cast<float>(whole) >= 0.5f ? whole + 1 : whole;
}

namespace detail {

/// 2^exponent, for normal numbers.
constexpr double power_of_two(int exponent) { return double_of(static_cast<std::uint64_t>(1023 + exponent) << 52); }

}  // namespace detail

/// e to the power of x. Computed in double precision, so that the only rounding that counts is the last one.
constexpr float exponential(float x) {
  if (x != x) return x;
  if (x > 89.0f) return float_infinity;
  if (x < -104.0f) return 0.0f;
  // x = k ln 2 + r, |r| <= ln 2 / 2; the first part of ln 2 has zeros at its end, so that its product is exact.
  const double ln2_high = 0.693147180369123816490, ln2_low = 1.90821492927058770002e-10;
  const double scaled = static_cast<double>(x) * 1.44269504088896340736;
  const int k = static_cast<int>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
  const double r = rounded(static_cast<double>(x) - rounded(k * ln2_high)) - rounded(k * ln2_low);
  double sum = 1.0;                                      // Taylor's series by Horner's rule
  for (int n = 13; n > 0; --n) sum = sum * r / n + 1.0;  // a quotient: nothing to contract
  return static_cast<float>(sum * detail::power_of_two(k));
}

/// Square root. 0, infinity, NaN and negative values are returned unchanged.
constexpr float square_root(float x) {
  if (!(x > 0.0f) || x == float_infinity) return x;
  const double value = x;
  // Half the exponent is within 30 % of the root; every step of Newton's method squares the error.
  double root = double_of((bits_of(value) >> 1) + (std::uint64_t{1023} << 51));
  for (int step = 0; step < 6; ++step) root = rounded(root + value / root) * 0.5;
  return static_cast<float>(root);
}

/// Square root as the C library has it: NaN for negative values.
constexpr float root_of(float x) { return x < 0.0f ? not_a_number : square_root(x); }

/// The smallest whole number that is not less than x. The sign of a zero stays.
constexpr float ceiling(float x) {
  const float whole = 8388608.0f;  // 2^23: floats from here on have no fraction
  if (x != x || x >= whole || x <= -whole || x == 0.0f) return x;
  const float cut = static_cast<float>(static_cast<std::int32_t>(x));
  if (cut < x) return cut + 1.0f;
  return cut == 0.0f && x < 0.0f ? -0.0f : cut;
}

/// Natural logarithm, computed in double precision.
constexpr float logarithm(float x) {
  if (x != x || x == float_infinity) return x;
  if (x == 0.0f) return -float_infinity;
  if (x < 0.0f) return not_a_number;
  const double value = x;
  std::uint64_t bits = bits_of(value);
  int exponent = static_cast<int>(bits >> 52) - 1023;
  bits = (bits & 0xfffffffffffffULL) | (std::uint64_t{1023} << 52);
  double mantissa = double_of(bits);  // 1 to 2
  if (mantissa > 1.41421356237309504880) {
    mantissa *= 0.5;
    ++exponent;
  }
  // log m = 2 artanh((m - 1) / (m + 1)), by its series: the square of the argument is at most 0.03.
  const double z = (mantissa - 1.0) / (mantissa + 1.0), square = z * z;
  double sum = 0.0;
  for (int n = 21; n > 0; n -= 2) sum = rounded(sum * square) + 1.0 / n;
  return static_cast<float>(rounded(2.0 * z * sum) + exponent * 0.693147180559945309417);
}

namespace detail {

/// Sine of x + quarter * pi / 2, by series around the nearest multiple of pi / 2. Values beyond 2^30 are NaN.
constexpr float sine_of(float x, unsigned quarter) {
  if (!(x < 1073741824.0f && x > -1073741824.0f)) return not_a_number;
  const double value = x, scaled = value * 0.636619772367581343076;
  const auto k = static_cast<std::int64_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
  // pi / 2 in three parts, of which the first two have zeros at their end: their products are exact.
  const auto times = static_cast<double>(k);
  double r = rounded(value - rounded(times * 1.57079632673412561417));
  r = rounded(r - rounded(times * 6.07710050630396597660e-11));
  r = rounded(r - rounded(times * 2.02226624879595063154e-21));
  const unsigned turn = (static_cast<unsigned>(k & 3) + quarter) & 3;
  const double square = r * r;
  const bool is_cosine = (turn & 1) != 0;
  double sum = 1.0;
  for (int n = is_cosine ? 20 : 21; n > 1; n -= 2) sum = 1.0 - sum * square / (n * (n - 1));
  const double result = is_cosine ? sum : sum * r;
  return static_cast<float>(turn >= 2 ? -result : result);
}

}  // namespace detail

constexpr float sine(float x) { return x == 0.0f ? x : detail::sine_of(x, 0); }
constexpr float cosine(float x) { return detail::sine_of(x, 1); }

}  // namespace incuse
