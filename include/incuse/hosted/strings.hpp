// Strings of the standard library from the texts that the rooms below keep without a heap.
#pragma once

#include <string>

#include <incuse/core/text.hpp>

namespace incuse {

inline std::string string_of(Text text) { return {text.data, static_cast<std::size_t>(text.size)}; }

template <int Capacity>
std::string string_of(const TextBuffer<Capacity>& text) {
  return string_of(text.text());
}

}  // namespace incuse
