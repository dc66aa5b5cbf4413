// Signed bytes that a user hands over: which types hold them, and what a number that is no signed byte means.
#pragma once

#include <type_traits>

#include <incuse/core/language.hpp>

namespace incuse {

/// Integer types that hold signed bytes. `unsigned char` does not: one program means 200 by its 200, another
/// one -56. Neither does `char` where it has no sign.
template <class Value>
inline constexpr bool holds_signed_bytes = std::is_integral_v<Value>&& std::is_signed_v<Value>;

/// The words for every other type.
#define INCUSE_SIGNED_BYTES_WANTED \
  "the network reads signed bytes, -128 to 127: give it signed char or a wider signed integer type"

/// The signed byte that a number is taken for, the same on the chips and on the host: its low 8 bits.
template <class Value>
constexpr int signed_byte(Value value) {
  return (static_cast<int>(static_cast<unsigned>(value) & 0xff) ^ 0x80) - 0x80;
}

}  // namespace incuse
