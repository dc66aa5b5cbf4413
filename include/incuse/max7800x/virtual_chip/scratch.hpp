// Memory that a virtual chip works in, of a fixed size: tensors of the layer being executed, and whole frames that a
// real chip would stream. Source: datapath page (max7800x-datapath), section 7.
#pragma once

#include <cstdint>

#include <incuse/core/bits.hpp>
#include <incuse/core/processors.hpp>
#include <incuse/max7800x/device.hpp>

namespace incuse::max7800x {

/// Words of every instance that a layer reads or writes: the data memory, or a frame of its own.
struct Frame {
  std::uint32_t* words[instances]{};  ///< null: nothing arrives at this instance
  int first = 0;                      ///< word of the instance that the frame starts with
  int count = 0;

  constexpr bool holds(int instance, long long word) const {
    return words[instance] != nullptr && word >= first && word - first < count;
  }
};

/// A stack that grows from both ends: frames take turns at them, tensors lie on top of the lower one.
template <int Words>
struct Scratch {
  std::uint32_t words[Words];
  int low;   ///< in use at the lower end
  int high;  ///< in use at the upper end

  constexpr void clear() { low = high = 0; }
  /// Space for so many words, or null. Its content is undefined.
  constexpr std::uint32_t* take_low(long long count) {
    if (count > Words - low - high) return nullptr;
    low += static_cast<int>(count);
    return words + low - count;
  }
  constexpr std::uint32_t* take_high(long long count) {
    if (count > Words - low - high) return nullptr;
    high += static_cast<int>(count);
    return words + Words - high;
  }
};

}  // namespace incuse::max7800x
