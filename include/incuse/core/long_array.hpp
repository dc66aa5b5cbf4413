// Arrays of bytes that are too long for one string literal: compilers need not accept more than 65,536 bytes in one,
// and MSVC does not.
#pragma once

#include <cstddef>

#include <incuse/core/compiler.hpp>

namespace incuse {

/// What `joined` makes. Where an array of char is asked for, this is one: Tensor(array, ...), Tensor::of<array>(...).
template <class Byte, std::size_t Size>
struct LongArray {
  Byte values[Size];
};

namespace detail {

template <int Number, std::size_t Size>
struct LiteralPiece {
  char characters[Size]{};
};
/// A piece with the zero that literals end with.
template <int Number, std::size_t Size>
struct WholeLiteral {
  LiteralPiece<Number, Size> piece;
  char zero;
};

/// The characters of a literal, copied in one step.
template <int Number, std::size_t Length>
constexpr LiteralPiece<Number, Length - 1> piece_of(const char (&literal)[Length]) {
  if constexpr (casts_literals) {
    return bits_as<WholeLiteral<Number, Length - 1>>(literal).piece;
  } else {
    LiteralPiece<Number, Length - 1> piece;
    copy_values(literal, Length - 1, piece.characters);
    return piece;
  }
}

/// Pieces one behind the other; `Length` counts the zeros.
template <class Numbers, std::size_t... Length>
struct LiteralPieces;
template <int... Number, std::size_t... Length>
struct LiteralPieces<Indices<Number...>, Length...> : LiteralPiece<Number, Length - 1>... {
  static constexpr LiteralPieces of(const char (&... literals)[Length]) { return {piece_of<Number>(literals)...}; }
};

}  // namespace detail

/// The values of literals, without the zeros at their ends, as one array of char, signed char or unsigned char.
template <class Byte, std::size_t... Length>
constexpr LongArray<Byte, (... + (Length - 1))> joined(const char (&... literals)[Length]) {
  using Pieces = detail::LiteralPieces<IndicesBelow<static_cast<int>(sizeof...(Length))>, Length...>;
  return bits_as<LongArray<Byte, (... + (Length - 1))>>(Pieces::of(literals...));
}

}  // namespace incuse
