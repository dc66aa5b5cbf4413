// Text without a heap: a view, a string that can be a template argument, and a bounded buffer that builds sentences.
#pragma once

#include <incuse/core/compiler.hpp>

#include <cstddef>
#include <cstdint>

namespace incuse {

/// A view of characters that live elsewhere (a literal, a template argument, a reader's storage).
struct Text {
  const char* data = "";
  int size = 0;

  constexpr Text() = default;
  constexpr Text(const char* characters, int count) : data(characters), size(count) {}
  /// Characters that end with a zero. Not a template for every length: compilers would instantiate it for each.
  constexpr Text(const char* literal) : data(literal), size(literal_length(literal)) {}

  constexpr bool empty() const { return size == 0; }
  constexpr char operator[](int i) const { return data[i]; }

  friend constexpr bool operator==(Text a, Text b) {
    if (a.size != b.size) return false;
    for (int i = 0; i < a.size; ++i)
      if (a.data[i] != b.data[i]) return false;
    return true;
  }
};

/// A string literal as a template argument: `as<"conv1">`.
template <std::size_t N>
struct FixedString {
  char characters[N]{};

  constexpr FixedString() = default;
  constexpr FixedString(const char (&literal)[N]) {
    for (std::size_t i = 0; i < N; ++i) characters[i] = literal[i];
  }
  constexpr Text text() const { return {characters, static_cast<int>(N) - 1}; }
};

/// Builds a sentence piece by piece; what exceeds the capacity is cut off, never written past the end.
template <int Capacity>
struct TextBuffer {
  static constexpr int capacity = Capacity;
  char characters[Capacity + 1]{};
  int size = 0;

  constexpr Text text() const { return {characters, size}; }

  constexpr TextBuffer& operator<<(char c) {
    if (size < Capacity) characters[size++] = c;
    return *this;
  }
  constexpr TextBuffer& operator<<(Text t) {
    for (int i = 0; i < t.size; ++i) *this << t[i];
    return *this;
  }
  constexpr TextBuffer& operator<<(long long number) {
    if (number < 0) *this << '-';
    // The magnitude is kept unsigned, so that the most negative number has one too.
    std::uint64_t rest = number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
    char digits[20]{};
    int count = 0;
    do {
      digits[count++] = static_cast<char>('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
    while (count > 0) *this << digits[--count];
    return *this;
  }
};

}  // namespace incuse
