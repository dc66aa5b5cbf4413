// Fields of register words and of table entries: which bits they take, and the values that fit them.
#pragma once

#include <cstdint>

#include <incuse/core/text.hpp>

namespace incuse {

/// Bits [low + width - 1 : low] of a word of up to 64 bits. A width of 0 is a field that a chip does not have.
struct BitField {
  Text name;
  int low;
  int width;               ///< 0 to 62; of a signed field at least 1
  bool is_signed = false;  ///< values are in two's complement

  /// The bits of the field, from bit 0 on.
  constexpr std::uint64_t ones() const { return (std::uint64_t{1} << width) - 1; }
  /// The bits of the field, where they lie in the word.
  constexpr std::uint64_t mask() const { return ones() << low; }
  /// The lowest value that fits.
  constexpr long long lowest() const { return is_signed ? -(1LL << (width - 1)) : 0; }
  /// The highest value that fits.
  constexpr long long highest() const { return (1LL << (is_signed ? width - 1 : width)) - 1; }
  /// True if a value fits.
  constexpr bool holds(long long value) const { return value >= lowest() && value <= highest(); }
  /// Bits of a value, where they lie in the word; what does not fit is cut.
  constexpr std::uint64_t put(long long value) const { return (static_cast<std::uint64_t>(value) & ones()) << low; }
  /// The value that a word has in the field.
  constexpr long long get(std::uint64_t word) const {
    const auto bits = static_cast<long long>(word >> low & ones());
    return bits > highest() ? bits - (1LL << width) : bits;
  }
};

}  // namespace incuse
