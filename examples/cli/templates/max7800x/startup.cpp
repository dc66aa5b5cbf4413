// What a Cortex-M4 does before main, where no SDK does it: vector table, memory.
#include <cstdint>

extern "C" {

// From the linker script.
extern std::uint32_t stack_end[], data_begin[], data_end[], data_source[], bss_begin[], bss_end[];

int main();

[[noreturn]] void stop() {
  while (true) {
  }
}

[[noreturn]] void start_program() {
  const std::uint32_t* source = data_source;
  for (std::uint32_t* word = data_begin; word != data_end;) *word++ = *source++;
  for (std::uint32_t* word = bss_begin; word != bss_end;) *word++ = 0;
  main();
  stop();
}

using Handler = void (*)();

/// The first words of the flash: stack, reset, faults. The driver takes no interrupt.
[[gnu::section(".vectors"), gnu::used]] const struct {
  std::uint32_t* stack = stack_end;
  Handler handlers[15] = {start_program, stop,    stop, stop, stop,    stop, nullptr, nullptr,
                          nullptr,       nullptr, stop, stop, nullptr, stop, stop};
} vectors;

}  // extern "C"
