// Three errors of a deployment under a driver.
// expect-gcc: \[kernel_size\] layer 1: a Conv2d kernel has to be 1x1 or 3x3: needs 5x5, MAX78000 has 3x3
// expect: \[convolution_stride\]
// expect: \[kernel_size\]
// expect: \[pool_size\]
// errors: 3
#include <incuse/incuse.hpp>
#include <incuse/max7800x/driver.hpp>

#include <support/parameters.hpp>

using namespace incuse;
using namespace incuse::max7800x;

struct Net
    : Network<Input<1, 9, 9>, Conv2d<4, kernel<3>, pad<1>, stride<2>>, Conv2d<4, kernel<5>, pad<2>>, MaxPool2d<20>> {};
using Refused = Deployment<Net, max78000, test::AnyParameters<Net>>;

MemoryMappedBus<> bus;
auto ready = accelerator<Refused>(bus, Max78000Board{}).enable().init().load_weights().load_bias().configure();
