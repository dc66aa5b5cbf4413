// Whether a network fits a chip: a query that never errors.
#pragma once

#include <incuse/model/network.hpp>

namespace incuse {

namespace detail {

// The target's functions are found through the device's namespace, once the device is known.
template <class Net, const auto& Chip>
inline constexpr auto plan_on = plan_if_possible(graph_of<Net>(), Chip);

}  // namespace detail

/// True if `Net` breaks no rule of the chip: `static_assert(fits<FashionNet, max78000>)`. Parameters are not looked at;
/// `Deployment` tells what is wrong otherwise. Include a target's deployment.hpp or rules.hpp to use it.
template <class Net, const auto& Chip>
inline constexpr bool fits = inspect(graph_of<Net>(), detail::plan_on<Net, Chip>, Chip).ok();

}  // namespace incuse
