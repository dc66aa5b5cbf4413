// expect: the last layer makes codes: give it std::uint8_t for them, or std::int8_t for signed bytes
// errors: 1
#include <incuse/k210/driver.hpp>
#include <incuse/k210/virtual_bus.hpp>

using namespace incuse;
using namespace incuse::k210;

struct Net : Network<Input<1, 4, 5>, Conv2d<1, kernel<1>>> {};
struct Trained {
  static constexpr LayerParameters layers[] = {{.weight = {"1", 1, 1, 1, 1}}};
};
using Bus = VirtualKpuBus<k210_kpu, KpuStorage<k210_kpu>>;

void program(KpuDriver<Deployment<Net, k210_kpu, Trained>, Bus>& kpu, const std::uint8_t* picture) {
  float numbers[24];
  kpu.init().load_codes(picture).run(numbers);
}
