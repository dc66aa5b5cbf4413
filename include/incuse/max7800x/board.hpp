// What surrounds the accelerator on the chip: power, clocks, and a processor core that sleeps while it computes. The
// driver asks a board for these. A program with the vendor's SDK can use a board of a few lines that calls the SDK.
//
//     struct MyBoard {
//       void power_on(unsigned groups);   // power, reset and clock of the accelerator; one bit per group; or
//       void power_on(unsigned groups, bool in_stages);   // false: it computes without the pipeline, at 50 MHz at most
//       void power_off();
//       template <class Done>
//       void sleep_unless(Done&& done);   // may return at any time; must not sleep on once `done()` holds
//     };
#pragma once

#include <concepts>
#include <cstdint>

#include <incuse/core/text.hpp>
#include <incuse/max7800x/bus.hpp>

namespace incuse::max7800x {

/// What the driver needs of a board: the three functions above.
template <class Board>
concept AcceleratorBoard = requires(Board& board, unsigned used_groups, bool (*done)()) {
  board.power_on(used_groups);
  board.power_off();
  board.sleep_unless(done);
};

/// A board without power control, on which the driver waits by polling: for virtual chips.
struct NoBoard {
  static void power_on(unsigned) {}
  static void power_off() {}
  template <class Done>
  static void sleep_unless(Done&&) {}
};

/// Whether a board is that of a part, by its Device::name. A board that has no member `part` is one of the program's own,
/// for any part.
template <class Board>
constexpr bool is_board_of(Text name) {
  if constexpr (requires { Board::part; })
    return Board::part == name;
  else
    return true;
}

/// Registers of the chip that power the accelerator and give it its clock, and its interrupt.
struct SystemRegisters {
  Text part;                      ///< Device::name of the part that has them
  std::uint32_t group_power;      ///< one bit per group
  std::uint32_t group_memory;     ///< power of the memories
  std::uint32_t group_isolation;  ///< 1: isolated
  std::uint32_t group_reset;      ///< 1: in reset
  std::uint32_t clock_divider;
  std::uint32_t divider_mask;  ///< fields of the accelerator's divider and clock source
  std::uint32_t divider;       ///< their value …
  std::uint32_t slow_divider;  ///< … and for an accelerator that computes without its pipeline
  std::uint32_t clock_gate;    ///< 1: no clock
  std::uint32_t clock_gate_bit;
  int power_up_reads;  ///< reads of a register that take as long as the load switches need
  int interrupt;       ///< number at the Cortex-M4's interrupt controller
};

/// MAX78000: GCFR registers 0 to 3, and of the GCR the peripheral clock divider (peripheral clock of 50 MHz, divided by
/// 1) and the peripheral clock gates. Source: run-time page (max7800x-run-time), sections 1 and 3; MAX78000 user guide,
/// system clocks and interrupt vector table.
inline constexpr SystemRegisters max78000_system{
    .part = "MAX78000",
    .group_power = 0x4000'5800,
    .group_memory = 0x4000'5804,
    .group_isolation = 0x4000'5808,
    .group_reset = 0x4000'580c,
    .clock_divider = 0x4000'0018,
    .divider_mask = 7u << 14 | 1u << 17,
    .divider = 4u << 14,
    .slow_divider = 4u << 14,
    .clock_gate = 0x4000'0024,
    .clock_gate_bit = 1u << 25,
    .power_up_reads = 0,
    .interrupt = 117,
};

/// MAX78002: the same registers. The peripheral clock of 60 MHz is divided by 1, which the accelerator takes if it
/// computes in stages, as it does by default; without them (option no_pipeline) by 2. Its load switches take 10 ms, in
/// which a core of 120 MHz reads at most 400,000 times. Source: run-time page, sections 1 and 3; the vendor's register
/// headers.
inline constexpr SystemRegisters max78002_system{
    .part = "MAX78002",
    .group_power = 0x4000'5800,
    .group_memory = 0x4000'5804,
    .group_isolation = 0x4000'5808,
    .group_reset = 0x4000'580c,
    .clock_divider = 0x4000'0018,
    .divider_mask = 7u << 14 | 3u << 17,
    .divider = 4u << 14,
    .slow_divider = 0u << 14,
    .clock_gate = 0x4000'0024,
    .clock_gate_bit = 1u << 25,
    .power_up_reads = 400'000,
    .interrupt = 117,
};

/// A core that never sleeps.
struct BusyCore {
  template <class Bus, class Done>
  static void sleep_unless(Bus&, int, Done&&) {}
};

/// The instructions of a Cortex-M core that sleeping needs.
struct CortexM {
  static void mask_interrupts() {
#ifdef __ARM_ARCH
    asm volatile("cpsid i" ::: "memory");
#endif
  }
  static void unmask_interrupts() {
#ifdef __ARM_ARCH
    asm volatile("cpsie i\n\tisb" ::: "memory");
#endif
  }
  static void sleep() {
#ifdef __ARM_ARCH
    asm volatile("dsb\n\twfi" ::: "memory");
#endif
  }
};

/// A core that sleeps until the accelerator's interrupt. No handler is needed: between the test and the sleep all
/// interrupts are masked, so one that arrives there stays pending, and a pending interrupt ends the sleep although it
/// is masked. The accelerator's interrupt is enabled during the wait only. `Core` is CortexM, or a substitute in tests.
template <class Core = CortexM>
struct SleepingCore {
  template <class Bus, class Done>
  static void sleep_unless(Bus& bus, int interrupt, Done&& done) {
    constexpr std::uint32_t set_enable = 0xe000'e100, clear_enable = 0xe000'e180, clear_pending = 0xe000'e280;
    const auto number = static_cast<std::uint32_t>(interrupt);
    const std::uint32_t word = 4 * (number / 32), bit = 1u << number % 32;
    Core::mask_interrupts();
    bus.write(set_enable + word, bit);
    if (!done()) Core::sleep();
    bus.write(clear_enable + word, bit);
    bus.write(clear_pending + word, bit);
    Core::unmask_interrupts();
  }
};

/// SleepingCore where the program is compiled for a Cortex core, else BusyCore.
#ifdef __ARM_ARCH_PROFILE
using UsualCore = SleepingCore<>;
#else
using UsualCore = BusyCore;
#endif

/// The chip as its manual describes it. `Bus` reaches the system's registers, which are not the accelerator's.
/// The clock of the processor core stays as it is; the accelerator runs at half of it.
template <const SystemRegisters& System, class Core = UsualCore, AcceleratorBus Bus = MemoryMappedBus<>>
struct Board {
  static constexpr Text part = System.part;
  [[no_unique_address]] Bus bus{};

  void power_on(unsigned used_groups, bool in_stages = true) {
    const std::uint32_t divider = in_stages ? System.divider : System.slow_divider;
    bus.write(System.group_reset, all);
    bus.write(System.group_memory, used_groups);
    bus.write(System.group_power, used_groups);
    for (int i = 0; i < System.power_up_reads; ++i) (void)bus.read(System.group_power);
    bus.write(System.group_isolation, all & ~used_groups);
    bus.write(System.group_reset, 0);
    bus.write(System.clock_divider, (bus.read(System.clock_divider) & ~System.divider_mask) | divider);
    bus.write(System.clock_gate, bus.read(System.clock_gate) & ~System.clock_gate_bit);
  }
  void power_off() {
    bus.write(System.clock_gate, bus.read(System.clock_gate) | System.clock_gate_bit);
    bus.write(System.group_reset, all);
    bus.write(System.group_isolation, bus.read(System.group_isolation) | all);
    bus.write(System.group_power, 0);
    bus.write(System.group_memory, 0);
    bus.write(System.group_reset, 0);
  }
  template <class Done>
  void sleep_unless(Done&& done) {
    Core::sleep_unless(bus, System.interrupt, done);
  }

 private:
  static constexpr std::uint32_t all = 0xf;
};

/// The board to use on a MAX78000 without the vendor's SDK.
using Max78000Board = Board<max78000_system>;
/// The same on a MAX78002.
using Max78002Board = Board<max78002_system>;

}  // namespace incuse::max7800x
