// The same firmware with a virtual accelerator linked in: for boards that have none, and for QEMU.
#include <incuse/max7800x/virtual_chip.hpp>

#include "inference_test.hpp"

static incuse::max7800x::VirtualChip<incuse::PART> chip;

int main() {
  const bool passed = firmware::inference_test(chip, incuse::max7800x::NoBoard{});
  if (!chip.report().ok()) semihosting::print("The virtual chip has found errors.\n");
  semihosting::exit(passed && chip.report().ok());
}
