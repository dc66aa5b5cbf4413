// Errors of a deployment under a driver.
// expect-gcc: \[kernel_size\] layer 0: a kernel of the KPU is 1x1 or 3x3: needs 5x5, K210 has 3x3
// expect: \[kernel_size\]
// expect: \[kernel_stride\]
// errors: 3
#include <incuse/incuse.hpp>
#include <incuse/k210/deployment.hpp>
#include <incuse/k210/driver.hpp>
#include <incuse/k210/virtual_bus.hpp>

#include <support/parameters.hpp>

using namespace incuse;
using namespace incuse::k210;

struct Net : Network<Input<3, 32, 32>, Conv2d<4, kernel<5>, pad<2>>, Conv2d<4, kernel<3>, pad<1>, stride<3>>,
                     Conv2d<4, kernel<5>, pad<2>>> {};
using Refused = Deployment<Net, k210_kpu, test::AnyParameters<Net>>;

using Bus = VirtualKpuBus<k210_kpu, KpuStorage<k210_kpu>>;

void program(Bus& bus) { auto ready = KpuDriver<Refused, Bus>(bus).init(); }
