// Texts with named holes: source code as it will look, with @name@ where a value belongs.
#pragma once

#include <concepts>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <incuse/core/language.hpp>

namespace incuse {

/// What belongs into a hole: a text or a number.
struct Filling {
  std::string_view hole;
  std::string value;

  Filling(std::string_view name, std::string text) : hole(name), value(std::move(text)) {}
  template <std::integral Number>
  Filling(std::string_view name, Number number) : hole(name), value(std::to_string(number)) {}
};

/// Whether a text has a hole of that name.
inline bool has_hole(std::string_view text, std::string_view name) {
  return text.find('@' + std::string(name) + '@') != std::string_view::npos;
}

/// The text with a value in every hole. A hole without a value, and a value without a hole, are mistakes of the caller:
/// std::logic_error. Values are not searched for holes. A line break at the very beginning is left out, so that a raw
/// string can begin on a line of its own.
inline std::string filled(std::string_view text, const std::vector<Filling>& fillings) {
  for (const Filling& filling : fillings)
    if (!has_hole(text, filling.hole)) throw std::logic_error("a text has no hole @" + std::string(filling.hole) + '@');
  if (!text.empty() && text.front() == '\n') text.remove_prefix(1);
  std::string whole;
  while (true) {
    const std::size_t begin = text.find('@');
    whole += text.substr(0, begin);
    if (begin == std::string_view::npos) return whole;
    const std::size_t end = text.find('@', begin + 1);
    const std::string_view name = text.substr(begin + 1, end - begin - 1);
    const Filling* found = nullptr;
    for (const Filling& filling : fillings)
      if (end != std::string_view::npos && filling.hole == name) found = &filling;
    if (found == nullptr) throw std::logic_error("nothing fills the hole @" + std::string(name) + '@');
    whole += found->value;
    text.remove_prefix(end + 1);
  }
}

}  // namespace incuse
