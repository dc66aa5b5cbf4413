// Firmware for the chip: the accelerator at its place in memory.
#include "inference_test.hpp"

int main() {
  incuse::max7800x::MemoryMappedBus<> bus;
  semihosting::exit(firmware::inference_test(bus, firmware::Here::Board{}));
}
