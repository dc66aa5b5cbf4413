#include <utility>

#include <incuse/max7800x/driver.hpp>
#include <incuse/max7800x/virtual_chip.hpp>

#include "early_exit_net.hpp"

int main() {
  using Chip = Deployment<Net, max78002, parameters>;
  static max7800x::VirtualChip<max78002> chip;
  const signed char picture[32]{1};
  signed char early[10]{};
  int logits[10]{};
  auto ready = max7800x::accelerator<Chip>(chip).enable().init().load_weights().load_bias().configure();
#include SNIPPET
  (void)std::move(done).disable();
  return chip.report().ok() ? 0 : 1;
}
