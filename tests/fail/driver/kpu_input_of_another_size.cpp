// expect: an input of another size
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

void program(KpuDriver<Deployment<Net, k210_kpu, Trained>, Bus>& kpu) {
  const std::uint8_t picture[16] = {};
  (void)kpu.init().load_codes(picture);
}
