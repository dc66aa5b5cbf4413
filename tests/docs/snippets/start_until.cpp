#include <utility>

#include <incuse/max7800x/driver.hpp>
#include <incuse/max7800x/virtual_chip.hpp>

#include "small.hpp"

using namespace incuse;
using small::Chip;

int main() {
  const signed char picture[128]{};
  static max7800x::VirtualChip<max78000> chip;
  auto ready =
      max7800x::accelerator<Chip>(chip, max7800x::NoBoard{}).enable().init().load_weights().load_bias().configure();
#include SNIPPET
  signed char values[96];
  done.unload_layer(values);
  return chip.report().ok() ? 0 : 1;
}
