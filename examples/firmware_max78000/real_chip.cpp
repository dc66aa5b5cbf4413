// Firmware for the MAX78000: the accelerator at its place in memory.
#include "inference_test.hpp"

int main() {
  incuse::max7800x::MemoryMappedBus<> bus;
  semihosting::exit(firmware::inference_test(bus, incuse::max7800x::Max78000Board{}));
}
