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

#ifndef STUB_MAX78002
#define STUB_CHIP incuse::max78000
#else
#define STUB_CHIP incuse::max78002
#endif
/// With room for the frames of large pictures that come through FIFOs.
inline incuse::max7800x::VirtualChip<STUB_CHIP, 64 << 20> chip;
inline Accesses accesses;  ///< of the chip, so far
inline void (*interrupt_handler)() = nullptr;
inline bool clock_on = false;
inline std::uint32_t loading_clock = 0;      ///< the register of the clock when it was switched on …
inline std::uint32_t running_clock = 0;      ///< … and when the processor last slept
inline std::vector<std::uint32_t> delays{};  ///< in microseconds

}  // namespace stub
