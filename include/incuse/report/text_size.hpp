// How much space texts take in pictures, reckoned for DejaVu Sans, the widest of the usual fonts.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace incuse::report {

/// Bytes of the character of UTF-8 that a text begins with; 0: it begins with none.
inline std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned first = byte(0);
  if (text.empty()) return 0;
  if (first < 0x80) return 1;
  const std::size_t size = first >= 0xc2 && first < 0xe0   ? 2
                           : first >= 0xe0 && first < 0xf0 ? 3
                           : first >= 0xf0 && first < 0xf5 ? 4
                                                           : 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  // Longer spellings than needed, halves of pairs, and what lies beyond Unicode.
  const unsigned second = byte(1);
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second >= 0xa0) || (first == 0xf0 && second < 0x90) ||
      (first == 0xf4 && second >= 0x90))
    return 0;
  return size;
}

/// Width of a character of a font of size 1.
inline double character_width(char c) {
  if (std::string_view("ijlI.,:;'|!").find(c) != std::string_view::npos) return 0.34;
  if (std::string_view("frt()[]/- \"").find(c) != std::string_view::npos) return 0.41;
  if (std::string_view("mwMW@%").find(c) != std::string_view::npos) return 0.98;
  if (c >= 'A' && c <= 'Z') return 0.74;
  if (static_cast<unsigned char>(c) >= 0xe3) return 1;               // begins a character of East Asia, or a symbol
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80 ? 0 : 0.64;  // bytes that continue a character take nothing
}

/// Columns that a text takes in a terminal: one for a character, two for those of East Asia and for symbols. What is no
/// UTF-8 takes one for each byte.
inline std::size_t terminal_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const std::size_t size = std::max<std::size_t>(1, character_size(text));
    width += size > 1 && static_cast<unsigned char>(text[0]) >= 0xe3 ? 2 : 1;
    text.remove_prefix(size);
  }
  return width;
}

/// Width of a text, in the units of its size.
inline double text_width(std::string_view text, double size, bool bold = false) {
  double width = 0;
  for (char c : text) width += character_width(c);
  return width * size * (bold ? 1.1 : 1);
}

/// A text and the size that it is written in.
struct FittedText {
  std::string words{};
  double size = 0;
};

/// A text that is no wider than `width`: written smaller, down to a size of 8, or else shortened.
inline FittedText fitted_to(const std::string& text, double width, double size, bool bold = false) {
  constexpr double least = 8;
  const double whole = text_width(text, size, bold);
  if (whole <= width) return {text, size};
  const double smaller = std::max(std::min(least, size), size * width / whole);
  if (text_width(text, smaller, bold) <= width * 1.0001) return {text, smaller};
  std::string shortened = text;
  while (!shortened.empty() && text_width(shortened + "...", smaller, bold) > width) {
    while (shortened.size() > 1 && (static_cast<unsigned char>(shortened.back()) & 0xc0) == 0x80) shortened.pop_back();
    shortened.pop_back();
  }
  return {shortened + "...", smaller};
}

/// A text in lines no wider than `width`, broken behind blanks, or within words that are longer than a line.
inline std::vector<std::string> lines_of(std::string_view text, double width, double size) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const std::size_t blank = text.find(' ');
    std::string_view word = text.substr(0, blank == std::string_view::npos ? text.size() : blank + 1);
    if (!lines.back().empty() && text_width(lines.back() + std::string(word), size) > width) lines.emplace_back();
    while (text_width(word, size) > width && character_size(word) < word.size()) {  // a part of it
      std::size_t part = std::max<std::size_t>(1, character_size(word));
      for (std::size_t next = part; next < word.size() && text_width(word.substr(0, next), size) <= width;) {
        part = next;
        next += std::max<std::size_t>(1, character_size(word.substr(next)));
      }
      lines.back() += word.substr(0, part);
      lines.emplace_back();
      text.remove_prefix(part);
      word.remove_prefix(part);
    }
    lines.back() += word;
    text.remove_prefix(word.size());
  }
  return lines;
}

}  // namespace incuse::report
