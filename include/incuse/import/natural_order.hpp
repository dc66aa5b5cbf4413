// The order of names in which numbers count as numbers: net.2 in front of net.10.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace incuse::detail {

/// Whether `a` stands in front of `b`. Numbers are runs of digits, compared by value, then by the text.
inline bool natural_less(std::string_view a, std::string_view b) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto number_at = [&](std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && is_digit(text[end])) ++end;
    std::size_t first = at;
    while (first + 1 < end && text[first] == '0') ++first;
    return text.substr(first, end - first);
  };
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (is_digit(a[i]) && is_digit(b[j])) {
      const std::string_view x = number_at(a, i), y = number_at(b, j);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
      i = static_cast<std::size_t>(x.data() + x.size() - a.data());
      j = static_cast<std::size_t>(y.data() + y.size() - b.data());
    } else if (a[i] != b[j]) {
      return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
    } else {
      ++i, ++j;
    }
  }
  if (i == a.size() && j == b.size()) return a < b;  // 01 and 1
  return i == a.size();
}

}  // namespace incuse::detail
