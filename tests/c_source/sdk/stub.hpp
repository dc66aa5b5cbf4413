// The accelerator and the SDK behind the exported C.
#pragma once

#include <vector>

#include <incuse/max7800x/bus.hpp>
#include <incuse/max7800x/virtual_chip.hpp>

#include "gcfr_regs.h"
#include "mxc.h"
#include "redirect.h"

namespace stub {

using Accesses = std::vector<incuse::max7800x::BusAccess>;

/// With room for the frames of large pictures that come through FIFOs.
inline incuse::max7800x::VirtualChip<incuse::max78000, 64 << 20> chip;
inline Accesses accesses;  ///< of the chip, so far
inline void (*interrupt_handler)() = nullptr;
inline bool clock_on = false;

}  // namespace stub
