// expect: \[no_automatic_placement\] this network cannot be placed automatically; place its layers by hand, with place<>
// expect: facts::network.*facts::on<.*max78000>
// expect-gcc: this network cannot be placed automatically; place its layers by hand, with place<>
// errors: 1
#include "../any_parameters.hpp"

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>, streaming>, Conv2d<4, kernel<3>, pad<1>>> {};

constexpr auto& image = Refused<Net, max7800x::fifo_input>::image;
