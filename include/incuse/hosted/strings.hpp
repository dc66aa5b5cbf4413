// Strings of the standard library from the texts that the rooms below keep without a heap.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <incuse/core/shape.hpp>
#include <incuse/core/text.hpp>

namespace incuse {

inline std::string string_of(Text text) { return {text.data, static_cast<std::size_t>(text.size)}; }

template <int Capacity>
std::string string_of(const TextBuffer<Capacity>& text) {
  return string_of(text.text());
}

/// "3x5": rows and columns.
inline std::string text_of(Extent extent) { return std::to_string(extent.height) + 'x' + std::to_string(extent.width); }

/// "16x3x5": channels, rows and columns, with `times` between them.
inline std::string text_of(Shape shape, std::string_view times = "x") {
  const std::string between(times);
  return std::to_string(shape.channels) + between + std::to_string(shape.height) + between +
         std::to_string(shape.width);
}

namespace detail {

/// Letters of ASCII in lower case; everything else stays.
inline std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace detail

/// "1,234,567": groups of three digits.
inline std::string grouped(long long number) {
  std::string text = std::to_string(number);
  const std::size_t sign = number < 0 ? 1 : 0;
  for (std::size_t at = text.size(); at > sign + 3; at -= 3) text.insert(at - 3, 1, ',');
  return text;
}

}  // namespace incuse
