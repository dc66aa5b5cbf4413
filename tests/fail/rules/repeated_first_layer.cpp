// expect-clang: \[repeated_first_layer\] layers that are repeated begin with the hardware.s layer 0
// expect-clang14: facts::needs<1>.*facts::has<0>.*facts::on<.*max78002>
// expect-gcc: layers that are repeated begin with the hardware.+s layer 0: those in front of the first one would be run, too, from the second time on: needs 1, MAX78002 has 0; leave the option first_layer out
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>, Conv2d<4, kernel<3>, pad<1>>> {};

constexpr auto& image = RefusedOn<max78002, Net, max7800x::first_layer<1>, max7800x::repetitions<2>>::image;
