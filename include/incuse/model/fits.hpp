// Whether a network fits a chip, and which of several: queries that never error.
#pragma once

#include <incuse/model/deployment.hpp>
#include <incuse/model/network.hpp>

namespace incuse {

namespace detail {

template <class Net, const auto& Chip>
inline constexpr bool is_chip = requires {
  findings_for<Net, Chip>(Chip);
};

/// What the chip's family finds; one compile error if it is no chip of any family.
template <class Net, const auto& Chip, bool IsChip = is_chip<Net, Chip>>
struct FindingsOn {
  static constexpr Text name = Chip.name;
  static constexpr Findings findings = findings_for<Net, Chip>(Chip);
};
template <class Net, const auto& Chip>
struct FindingsOn<Net, Chip, false> {
  static_assert(sizeof(ChipWanted<Chip, false>) > 0);
  static constexpr Text name{};
  static constexpr Findings findings{};
};

}  // namespace detail

/// True if `Net` breaks no rule of the chip. Parameters are not looked at. Where the answer has to be true, use
/// `require_fits`, which says why it is not. Include the target's deployment.hpp to use it: its function is found
/// through the device's namespace, once the device is known.
template <class Net, const auto& Chip>
inline constexpr bool fits = detail::FindingsOn<Net, Chip>::findings.ok();

/// Always true, and one compile error for every rule of the chip that `Net` breaks:
/// `static_assert(require_fits<FashionNet, max78000>::value)`.
template <class Net, const auto& Chip>
struct require_fits {
  static_assert(sizeof(explained<detail::FindingsOn<Net, Chip>::findings, Chip>) > 0);
  static constexpr bool value = true;
};

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
inline constexpr Fits<static_cast<int>(sizeof...(Chips))> fits_which{
    {{detail::FindingsOn<Net, Chips>::name, fits<Net, Chips>}...}};

namespace detail {

/// The smaller of two chips that takes `Net`; the larger one if neither does. `Best` has been chosen before.
template <class Net, const auto& Best, const auto& Next>
constexpr const auto& smaller_part() {
  constexpr bool is_smaller = weight_room(Next) < weight_room(Best);
  if constexpr (is_smaller) {  // asked first: a larger chip is not looked at where a smaller one takes the network
    if constexpr (fits<Net, Next>)
      return Next;
    else
      return Best;
  } else if constexpr (fits<Net, Best>) {
    return Best;
  } else if constexpr (weight_room(Next) > weight_room(Best) || fits<Net, Next>) {
    return Next;
  } else {
    return Best;
  }
}

/// The parts of a family, if its header has been included: the family specialises it, with `smallest()`.
template <int Family, class Net>
struct IncludedParts {
  static constexpr bool exist = false;
};
inline constexpr int max7800x_family = 0, k210_family = 1;

template <class Net, const auto& Best>
constexpr const auto& smallest_part() {
  return Best;
}
template <class Net, const auto& Best, const auto& Next, const auto&... Chips>
constexpr const auto& smallest_part() {
  return smallest_part<Net, smaller_part<Net, Best, Next>(), Chips...>();
}
/// Of all parts whose headers have been included.
template <class Net>
constexpr const auto& smallest_part() {
  using Max7800x = IncludedParts<max7800x_family, Net>;
  using K210 = IncludedParts<k210_family, Net>;
  static_assert(Max7800x::exist || K210::exist,
                "no part is known: include <incuse/incuse.hpp> or <incuse/k210/deployment.hpp>");
  if constexpr (Max7800x::exist && K210::exist)
    return smaller_part<Net, Max7800x::smallest(), K210::smallest()>();
  else if constexpr (Max7800x::exist)
    return Max7800x::smallest();
  else
    return K210::smallest();
}

}  // namespace detail

/// The smallest of some chips that takes `Net`: the one with the least memory for weights, whatever their order; of
/// equal ones the first. If none takes it the largest one, so that its deployment tells why: `Deployment<Net,
/// smallest_part<Net, max78000, max78002>, Parameters>`. Without chips: of all whose headers have been included before,
/// which have to be the same in all files of a program.
template <class Net, const auto&... Chips>
inline constexpr const auto& smallest_part = detail::smallest_part<Net, Chips...>();

}  // namespace incuse
