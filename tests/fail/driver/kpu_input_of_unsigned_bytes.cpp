// expect: the network reads signed bytes, -128 to 127: give it signed char or a wider signed integer type
// errors: 1
#include <incuse/k210/driver.hpp>
#include <incuse/k210/virtual_bus.hpp>

using namespace incuse;
using namespace incuse::k210;

struct Net : Network<Input<1, 4, 4>, Conv2d<1, kernel<1>>> {};
struct Trained {
  static constexpr LayerParameters layers[] = {{.weight = {"1", 1, 1, 1, 1}}};
};
using Bus = VirtualKpuBus<k210_kpu, KpuStorage<k210_kpu>>;

void program(KpuDriver<Deployment<Net, k210_kpu, Trained>, Bus>& kpu, const unsigned char* picture) {
  (void)kpu.init().load_input(picture);
}
