// The chips that the program knows descriptions for.
#pragma once

#include <incuse/max7800x/devices.hpp>

namespace cli {

/// Chips of the MAX7800x family; the first one is the default.
using Parts = incuse::max7800x::Devices;

}  // namespace cli
