// The chips that the program knows descriptions for.
#pragma once

#include <incuse/max7800x/devices.hpp>

namespace cli {

/// Chips of the MAX7800x family, as a list of types and as one of values.
template <const incuse::max7800x::Device&... Part>
struct PartList {
  static constexpr const incuse::max7800x::Device* all[] = {&Part...};

  /// Calls `use.template operator()<Part>()` with the part that `device` is, for what is compiled for one part only.
  template <class Use>
  static void with(const incuse::max7800x::Device& device, Use&& use) {
    ((&device == &Part ? use.template operator()<Part>() : void()), ...);
  }
};

/// The first part is the default.
using Parts = PartList<incuse::max78000, incuse::max78002, incuse::ai84>;

}  // namespace cli
