// What is around the KPU: the vendor's SDK, or, with SIMULATED, a virtual KPU.
#pragma once

#include <incuse/k210/driver.hpp>
#if defined(SIMULATED)
#include <incuse/k210/virtual_bus.hpp>

#include "simulated.hpp"
#else
#include <stdio.h>

extern "C" {
#include "dmac.h"
#include "sysctl.h"
}
#endif

namespace board {

#if defined(SIMULATED)

/// All memories of the KPU, and room for the largest layer that it has.
using Storage = incuse::k210::KpuStorage<incuse::k210_kpu>;
inline Storage storage;
struct Bus : incuse::k210::VirtualKpuBus<incuse::k210_kpu, Storage> {
  Bus() : VirtualKpuBus(storage) {}
};
inline void power_on() {}
inline void print(const char* text) { simulated::print(text); }
/// Why the KPU has not computed, if it knows.
inline void explain(Bus& bus) {
  const incuse::k210::KpuReport& report = bus.kpu().report();
  if (report.ok()) return;
  print(incuse::k210::sentence_of(report).characters);
  print("\n");
}

#else

/// The output FIFO by DMA: into memory without the cache, and from there to where the driver wants it.
class Receiver {
 public:
  void start_receiving(std::uint8_t* to, int count) {
    const incuse::k210::Device& chip = incuse::k210_kpu;
    to_ = to;
    count_ = count;
    sysctl_dma_select(static_cast<sysctl_dma_channel_t>(channel), SYSCTL_DMA_SELECT_AI_RX_REQ);
    dmac_set_single_mode(channel, reinterpret_cast<void*>(std::uintptr_t{chip.registers + chip.offset.fifo_data_out}),
                         uncached(to), DMAC_ADDR_NOCHANGE, DMAC_ADDR_INCREMENT, DMAC_MSIZE_8, DMAC_TRANS_WIDTH_64,
                         static_cast<std::size_t>((count + 7) / 8));
  }
  bool finish_receiving() {
    dmac_wait_done(channel);
    const volatile std::uint8_t* from = uncached(to_);
    for (int i = 0; i < count_; ++i) to_[i] = from[i];
    return true;
  }

 private:
  static constexpr dmac_channel_number_t channel = DMAC_CHANNEL5;
  static std::uint8_t* uncached(std::uint8_t* place) {
    return reinterpret_cast<std::uint8_t*>(
        std::uintptr_t{incuse::k210_kpu.uncached(static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(place)))});
  }
  std::uint8_t* to_ = nullptr;
  int count_ = 0;
};
using Bus = incuse::k210::MemoryMappedKpu<incuse::k210_kpu, Receiver>;
inline void power_on() {
  sysctl_clock_enable(SYSCTL_CLOCK_AI);
  dmac_init();
}
inline void print(const char* text) { fputs(text, stdout); }
inline void explain(Bus&) {}  // a real one only stays silent

#endif

}  // namespace board
