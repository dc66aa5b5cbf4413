// @NAME@: runs the network on the KPU, on one input after the other.
#include <utility>

#include <incuse/k210/driver.hpp>

#include "application.hpp"
#include "board.hpp"
#include "network.hpp"

static board::Bus bus;
static incuse::k210::KpuDriver<network::Chip, board::Bus> kpu(bus);

static bool run() {
  static application::Input input[application::input_values];
  bool expected = true;
  auto ready = kpu.init();
  while (application::take_input(input)) {
    application::Answer answers[application::answers];
    auto loaded = ready.load_input(input);
    if (std::move(loaded).run(answers) != incuse::k210::RunResult::done) {
      board::print("The KPU does not answer.\n");
      board::explain(bus);
      return false;
    }
    expected = application::use(answers) && expected;
  }
  return expected;
}

int main() {
  board::power_on();
  [[maybe_unused]] const bool expected = run();
#ifdef SIMULATED
  simulated::end(expected);
#endif
  while (true) {
  }
}
