// Whether a network fits a chip, and which of several: queries that never error.
#pragma once

#include <incuse/model/network.hpp>

namespace incuse {

/// True if `Net` breaks no rule of the chip: `static_assert(fits<FashionNet, max78000>)`. Parameters are not looked at;
/// `Deployment` tells what is wrong otherwise. Include the target's deployment.hpp to use it: its function is found
/// through the device's namespace, once the device is known.
template <class Net, const auto& Chip>
inline constexpr bool fits = findings_for<Net, Chip>(Chip).ok();

/// A chip and whether a network fits it.
struct Fit {
  Text chip{};
  bool fits = false;
};

/// What several chips say about a network, in their order.
template <int Count>
struct Fits {
  Fit chips[at_least_one(Count)]{};

  constexpr const Fit* begin() const { return chips; }
  constexpr const Fit* end() const { return chips + Count; }
  /// Number of chips that take the network.
  constexpr int count() const {
    int taking = 0;
    for (const Fit& chip : *this) taking += chip.fits ? 1 : 0;
    return taking;
  }
  /// The first chip that takes the network; an empty text if none does.
  constexpr Text first() const {
    for (const Fit& chip : *this)
      if (chip.fits) return chip.chip;
    return {};
  }
};

/// Which of some chips take `Net`: `fits_which<FashionNet, max78000, max78002, k210_kpu>.first() == Text("MAX78000")`.
template <class Net, const auto&... Chips>
inline constexpr Fits<static_cast<int>(sizeof...(Chips))> fits_which{{{Chips.name, fits<Net, Chips>}...}};

namespace detail {

template <class Net, const auto& Chip, const auto&... Larger>
constexpr const auto& smallest_part() {
  if constexpr (sizeof...(Larger) == 0 || fits<Net, Chip>)
    return Chip;
  else
    return smallest_part<Net, Larger...>();
}

}  // namespace detail

/// The first of some chips that takes `Net`; the last one if none does, so that its deployment tells why. The chips are
/// listed from small to large: `Deployment<Net, smallest_part<Net, max78000, max78002>, Parameters>`.
template <class Net, const auto&... Chips>
inline constexpr const auto& smallest_part = detail::smallest_part<Net, Chips...>();

}  // namespace incuse
