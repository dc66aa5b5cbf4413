// Deployments on the MAX78000 that only have to be refused.
#pragma once

#include <incuse/incuse.hpp>

#include "parameters.hpp"

namespace incuse {

template <class Net, class... Options>
using Refused = Deployment<Net, max78000, test::AnyParameters<Net>, Options...>;

}  // namespace incuse
