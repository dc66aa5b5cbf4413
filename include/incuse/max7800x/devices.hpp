// The chips of the family, one by one and as a list.
#pragma once

#include <incuse/max7800x/devices/ai84.hpp>
#include <incuse/max7800x/devices/max78000.hpp>
#include <incuse/max7800x/devices/max78002.hpp>

namespace incuse::max7800x {

/// Chips of the family as template arguments and as values.
template <const Device&... Part>
struct DeviceList {
  static constexpr const Device* all[] = {&Part...};

  /// Calls `use.template operator()<Part>()` with the part that `device` is, for what is compiled for one part only.
  template <class Use>
  static constexpr void with(const Device& device, Use&& use) {
    ((&device == &Part ? use.template operator()<Part>() : void()), ...);
  }
};

/// All of them. Programs and tests that try every chip of the family go through this list; the first one is the chip
/// that a program assumes if none is named.
using Devices = DeviceList<max78000, max78002, ai84>;

}  // namespace incuse::max7800x
