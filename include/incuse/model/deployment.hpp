// Deployment of a network: the name that authors use, whatever the chip.
#pragma once

#include <incuse/core/language.hpp>

namespace incuse {

/// The parameters of a network whose layers have no weights.
struct NoWeights {};

namespace detail {

/// One compile error if something stands where a chip has to.
template <const auto& Chip, bool IsChip>
struct ChipWanted {
  static_assert(IsChip,
                "no chip: name one of incuse/max7800x/devices.hpp, or k210_kpu of incuse/k210/deployment.hpp, or a "
                "device of one of their types");
};

}  // namespace detail

/// A network on a chip, with trained parameters. `Net` derives from Network, `Chip` is a device such as `max78000`,
/// `Trained` has a static array `layers` of LayerParameters. Each target's deployment.hpp defines it for its devices.
template <class Net, const auto& Chip, class Trained = NoWeights, class... Options>
struct Deployment {
  static_assert(sizeof(detail::ChipWanted<Chip, false>) > 0);
  static constexpr bool is_valid = false;
};

}  // namespace incuse
