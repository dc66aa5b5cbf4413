// expect-clang: \[layer_numbers\] the layers need more numbers than the hardware has
// expect-clang14: facts::needs<129>.*facts::has<128>.*facts::on<.*max78002>
// expect-gcc: the layers need more numbers than the hardware has: those in front of the first one count, and those that reset an average pooling: needs 129, MAX78002 has 128; begin with a lower layer
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>, Conv2d<4, kernel<3>, pad<1>>, Conv2d<4, kernel<3>, pad<1>>> {};

constexpr auto& image = RefusedOn<max78002, Net, max7800x::first_layer<127>>::image;
