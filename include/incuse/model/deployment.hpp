// Deployment of a network: the name that authors use, whatever the chip.
#pragma once

#include <incuse/core/language.hpp>

namespace incuse {

/// The parameters of a network whose layers have no weights.
struct NoWeights {};

/// A network on a chip, with trained parameters. `Net` derives from Network, `Chip` is a device such as `max78000`,
/// `Trained` has a static array `layers` of LayerParameters. Each target's deployment.hpp defines it for its devices.
template <class Net, const auto& Chip, class Trained = NoWeights, class... Options>
struct Deployment;

}  // namespace incuse
