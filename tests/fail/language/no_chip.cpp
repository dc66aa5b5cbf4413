// expect: no chip: name one of incuse/max7800x/devices.hpp, or k210_kpu of incuse/k210/deployment.hpp
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

constexpr int number = 3;

struct Net : Network<Input<4, 8, 8>, Conv2d<8, kernel<3>, pad<1>>> {};

constexpr auto answers = fits_which<Net, number>;
static_assert(!Deployment<Net, number>::is_valid);
