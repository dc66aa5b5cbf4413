// Sets of processors of a MAX7800x accelerator. A fact of that family, but one that the model language (place<>) and
// the family's virtual chip, which knows no model, speak of alike.
#pragma once

#include <cstdint>

#include <incuse/core/language.hpp>

namespace incuse {

/// 64 processors, one bit each: processor p is bit p.
using ProcessorMap = std::uint64_t;

/// A map of `count` neighbouring processors that starts at processor `first`; count 0…64.
constexpr ProcessorMap processor_range(int first, int count) {
  const ProcessorMap ones = count >= 64 ? ~ProcessorMap{0} : (ProcessorMap{1} << count) - 1;
  return ones << first;
}

}  // namespace incuse
