// Counts the instructions of the driver and of the plain C under QEMU with -icount, where time is instructions: the
// system timer is calibrated with a piece of code of known length.
#include <cstdint>

#include <incuse/core/text.hpp>

#include <examples/firmware_max7800x/semihosting.hpp>

extern "C" {
void driver_configure();
void driver_load_weights();
void plain_configure();
void plain_load_weights();
}

namespace {

volatile std::uint32_t& timer_register(std::uintptr_t offset) {
  return *reinterpret_cast<volatile std::uint32_t*>(0xe000'e010 + offset);
}

/// Ticks that `repetitions` calls take; the timer counts down.
template <class Work>
std::uint32_t ticks(int repetitions, Work&& work) {
  timer_register(4) = 0xff'ffff;
  timer_register(8) = 0;
  timer_register(0) = 5;  // processor clock, on
  const std::uint32_t before = timer_register(8);
  for (int i = 0; i < repetitions; ++i) work();
  return (before - timer_register(8)) & 0xff'ffff;
}

constexpr int known_instructions = 4000;
void known() { asm volatile(".rept 4000\nnop\n.endr"); }

}  // namespace

int main() {
  constexpr int repetitions = 100;
  const std::uint64_t unit = ticks(repetitions, known);
  const auto report = [&](const char* name, void (*work)()) {
    const std::uint64_t instructions = ticks(repetitions, work) * std::uint64_t{known_instructions} / unit;
    incuse::TextBuffer<64> line;
    for (; *name != '\0'; ++name) line << *name;
    line << ' ' << static_cast<long long>(instructions) << '\n';
    line.characters[line.size] = '\0';
    semihosting::print(line.characters);
  };
  report("driver_configure", driver_configure);
  report("driver_load_weights", driver_load_weights);
  report("plain_configure", plain_configure);
  report("plain_load_weights", plain_load_weights);
  semihosting::exit(true);
}
