// @NAME@: brings the network into the accelerator, and runs it on one input after the other.
#include <utility>

#include <incuse/max7800x/driver.hpp>

#include "application.hpp"
#include "board.hpp"
#include "network.hpp"

#ifdef SIMULATED  // the driver says it of the firmware
static_assert(network::Chip::device.name == incuse::@PART@.name,
              "network.hpp is for another part than the board's, the @PART_UPPER@: import the network for that");
#endif

static board::Bus bus;

static bool run() {
  using incuse::max7800x::accelerator;
  static application::Input input[application::input_values];
  application::Answer answers[application::answers];
  bool expected = application::take_input(input);
  if (!expected) return true;
  auto ready = accelerator<network::Chip>(bus, board::Power{}).enable().init().load_weights().load_bias().configure();
  auto done = std::move(ready).load_input(input).start().wait();
  while (true) {
    done.unload(answers);
    board::inference_done();
    expected = application::use(answers) && expected;
    if (!application::take_input(input)) break;
    done = std::move(done).load_input(input).start().wait();
  }
  [[maybe_unused]] const auto off = std::move(done).disable();
  return expected;
}

int main() {
  [[maybe_unused]] const bool expected = run();
#ifdef SIMULATED
  simulated::end(expected && bus.report().ok());
#endif
  while (true) {
  }
}
