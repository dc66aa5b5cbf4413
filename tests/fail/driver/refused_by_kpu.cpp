// A driver over a deployment that is refused adds no errors, whatever is done with it.
// expect: \[width\]
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/k210/driver.hpp>
#include <incuse/k210/virtual_bus.hpp>

using namespace incuse;
using namespace incuse::k210;

struct Net : Network<Input<1, 4, 600>, Conv2d<1, kernel<1>>> {};
using Chip = RefusedByKpu<Net>;
using Bus = VirtualKpuBus<k210_kpu, KpuStorage<k210_kpu>>;

void program(Bus& bus) {
  KpuDriver<Chip, Bus> kpu(bus);
  auto ready = kpu.init();
  signed char picture[16]{};
  std::uint8_t codes[16]{};
  std::int8_t output[16];
  if (ready.load_codes(codes).run(output) != RunResult::done) return;
  if (ready.load_input(picture).run(output, [](int) {}) == RunResult::done) kpu.unload(0, output);
  kpu.unload_step(0, codes);
}
