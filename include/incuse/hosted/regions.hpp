// Words for regions of neighbouring addresses, as the emitters of inputs yield them, kept for later.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <incuse/core/language.hpp>

namespace incuse {

/// Words for neighbouring addresses, or for the FIFO at one address.
struct Region {
  std::uint32_t address = 0;  ///< of the first word
  std::vector<std::uint32_t> words{};
};

/// A sink of `emit_input`, `emit_fifo_input` and `emit_cleared_buffer` that keeps the regions.
struct KeptRegions {
  std::vector<Region> regions{};

  void region(std::uint32_t address, int words) {
    regions.push_back({address, {}});
    regions.back().words.reserve(static_cast<std::size_t>(words));
  }
  void word(std::uint32_t value) { regions.back().words.push_back(value); }
};

}  // namespace incuse
