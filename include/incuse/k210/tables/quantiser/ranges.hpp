// Ranges of values, and the codes and multipliers that stand for them. See quantiser.hpp.
#pragma once

#include <cstdint>

#include <incuse/core/elementary.hpp>
#include <incuse/k210/arithmetic.hpp>

namespace incuse::k210 {

inline constexpr float largest_float = 3.40282347e+38f;
inline constexpr float smallest_float = 1.17549435e-38f;  ///< the smallest normal one above 0

/// Least and greatest value of a tensor.
struct Range {
  float low = 0;
  float high = 0;
};

/// How closely the tables follow the vendor's compiler. By default ranges are not changed, but layers are refused whose
/// ranges are narrower than `least_width` or exceed `furthest`; multipliers of the activation table keep their
/// precision; and values beyond the ends of the function or of its output get the result at the nearest end.
struct QuantiserStyle {
  bool vendor = false;
  float furthest = 1125899906842624.0f;            ///< 2^50: the largest magnitude of a range …
  float least_width = 1.0f / 1125899906842624.0f;  ///< … and 2^-50, its least width
  int most_table_shift = 43;                       ///< largest shift of the activation table's multipliers
  float most_channel_scale = 65536.0f;             ///< of channels whose weights are small: see `channel_scale`
};

/// The same integers as the vendor's compiler: ranges are silently cut at ±1000 and widened to 0.01, slopes lose digits
/// where shifts would exceed 20, and for values below the first piece the table yields code 0.
inline constexpr QuantiserStyle vendor_style{true, 1000.0f, 0.01f, 20, largest_float};

/// value ~ mul * 2^-shift
struct Multiplier {
  float exact = 0;  ///< before it is rounded
  long long mul = 0;
  int shift = 0;
};

namespace detail {

constexpr bool is_finite(float value) { return value >= -largest_float && value <= largest_float; }
constexpr bool is_finite(Range range) { return is_finite(range.low) && is_finite(range.high); }

/// To the nearest integer, halves away from zero. Magnitudes beyond 2^62 become 2^62.
constexpr long long nearest(double value) {
  const double most = 4611686018427387904.0;  // 2^62
  if (!(value < most)) return 1LL << 62;
  if (!(value > -most)) return -(1LL << 62);
  const auto whole = static_cast<long long>(value);
  const double rest = value - static_cast<double>(whole);
  return rest >= 0.5 ? whole + 1 : rest <= -0.5 ? whole - 1 : whole;
}

/// Exponent e of a value m * 2^e with 0.5 <= |m| < 1. The value is a float other than 0: as double it is normal.
constexpr int exponent_of(double value) { return static_cast<int>(bits_of(value) >> 52 & 0x7ff) - 1022; }

/// To float; magnitudes beyond its range become its largest number.
constexpr float narrowed(double value) {
  const double most = largest_float;
  return static_cast<float>(value > most ? most : value < -most ? -most : value);
}
/// True if a value is a normal float: not 0, not so small that digits are lost, not infinite.
constexpr bool is_normal(double value) {
  const double magnitude = value < 0 ? -value : value;
  return magnitude >= static_cast<double>(smallest_float) && magnitude <= static_cast<double>(largest_float);
}

constexpr float least_of(float a, float b) { return b < a ? b : a; }
constexpr float greatest_of(float a, float b) { return a < b ? b : a; }
constexpr float clamped(float value, Range range) { return least_of(greatest_of(value, range.low), range.high); }

constexpr Range fixed_up_by_vendor(Range range, const QuantiserStyle& style) {
  const float low = greatest_of(range.low, -style.furthest), high = least_of(range.high, style.furthest);
  float width = high - low;
  if (width == 0.0f)
    width = 0.1f;
  else if (width < style.least_width)
    width = style.least_width;
  return {least_of(low, 0.0f), greatest_of(low + width, 0.0f)};
}

}  // namespace detail

/// Range of all finite values. `high` starts at the smallest positive float, and stays there if all values are
/// negative.
struct RangeFinder {
  Range range{largest_float, smallest_float};

  constexpr void add(float value) {
    if (!detail::is_finite(value)) return;
    range.low = detail::least_of(range.low, value);
    range.high = detail::greatest_of(range.high, value);
  }
  constexpr void add(Range values) {
    add(values.low);
    add(values.high);
  }
};

/// Range of the finite ones of some values: see RangeFinder.
constexpr Range range_of(const float* values, int count) {
  RangeFinder finder;
  for (int i = 0; i < count; ++i) finder.add(values[i]);
  return finder.range;
}

/// The range that codes have to cover: it is widened to contain 0; a range of 0 alone becomes 0 to 1.
constexpr Range fixed_up(Range range, const QuantiserStyle& style = {}) {
  if (style.vendor) return detail::fixed_up_by_vendor(range, style);
  const float low = range.low < -smallest_float ? range.low : 0.0f;
  const float high = range.high > smallest_float ? range.high : 0.0f;
  return {low, low == high ? 1.0f : high};
}

/// True if codes can represent a range.
constexpr bool is_usable(Range range, const QuantiserStyle& style = {}) {
  if (style.vendor) return true;
  if (!detail::is_finite(range)) return false;
  const Range r = fixed_up(range, style);
  return r.low >= -style.furthest && r.high <= style.furthest && r.high - r.low >= style.least_width;
}
inline constexpr Text unusable_range = "a range goes beyond 2^50, or is narrower than 2^-50";

/// How many of the 256 codes lie inside a range. The others are spent where it is widened to contain 0.
constexpr int codes_inside(Range range) {
  const Range r = fixed_up(range);
  const float own = detail::least_of(range.high, r.high) - detail::greatest_of(range.low, r.low);
  if (!(range.low < range.high) || !is_usable(range) || (range.low <= 0.0f && range.high >= 0.0f)) return 256;
  return 1 + static_cast<int>(own / (r.high - r.low) * 255.0f);
}

/// Codes of a usable range.
constexpr CodeScale code_scale_of(Range range, const QuantiserStyle& style = {}) {
  const Range r = fixed_up(range, style);
  const float scale = 255.0f / (r.high - r.low);
  return {static_cast<int>(detail::nearest(rounded(-r.low * scale))), scale};
}

/// A multiplier of `bits` bits with sign and a shift of at most `max_shift`. If rounding reaches the next power of two,
/// one bit more is needed: 32767.6 becomes 32768.
constexpr Multiplier multiplier_of(float value, int bits, int max_shift) {
  if (value == 0.0f || !detail::is_finite(value)) return {};
  const int exponent = detail::exponent_of(value);
  const int most = bits - 1 - exponent;
  const int shift = most < max_shift ? most : max_shift;
  const double exact = static_cast<double>(value) * incuse::detail::power_of_two(shift);  // |shift| < 256: it is normal
  return {static_cast<float>(exact), detail::nearest(exact), shift};
}

}  // namespace incuse::k210
