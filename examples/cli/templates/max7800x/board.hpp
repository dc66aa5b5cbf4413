// What is around the accelerator: the vendor's SDK, the bare chip, or, with SIMULATED, none of both.
#pragma once

#include <incuse/max7800x/board.hpp>
#if defined(SIMULATED)
#include <incuse/max7800x/virtual_chip.hpp>

#include "simulated.hpp"
#elif defined(WITH_VENDOR_SDK)
#include <cstdio>

extern "C" {
#include "board.h"
#include "led.h"
}
#endif

namespace board {

#if defined(SIMULATED)
using Bus = incuse::max7800x::VirtualChip<incuse::@PART@>;
using Power = incuse::max7800x::NoBoard;
inline void print(const char* text) { simulated::print(text); }
inline void inference_done() {}
#else
using Bus = incuse::max7800x::MemoryMappedBus<>;
using Power = incuse::max7800x::@BOARD_TYPE@;
#if defined(WITH_VENDOR_SDK)
inline void print(const char* text) { std::fputs(text, stdout); }
inline void inference_done() { LED_Toggle(0); }
#else
inline void print(const char*) {}  // a UART or a display of yours
inline void inference_done() {}
#endif
#endif

}  // namespace board
