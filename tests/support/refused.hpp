// Deployments that only have to be refused, on the MAX78000 unless said otherwise.
#pragma once

#include <incuse/incuse.hpp>

#include "parameters.hpp"

namespace incuse {

template <class Net, class... Options>
using Refused = Deployment<Net, max78000, test::AnyParameters<Net>, Options...>;
template <const max7800x::Device& Chip, class Net, class... Options>
using RefusedOn = Deployment<Net, Chip, test::AnyParameters<Net>, Options...>;

}  // namespace incuse
