// Whether a network fits a chip: a query that never errors.
#pragma once

#include <incuse/model/network.hpp>

namespace incuse {

/// True if `Net` breaks no rule of the chip: `static_assert(fits<FashionNet, max78000>)`. Parameters are not looked at;
/// `Deployment` tells what is wrong otherwise. Include the target's deployment.hpp to use it: its function is found
/// through the device's namespace, once the device is known.
template <class Net, const auto& Chip>
inline constexpr bool fits = findings_for<Net, Chip>(Chip).ok();

}  // namespace incuse
