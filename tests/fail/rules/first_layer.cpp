// expect-clang: \[first_layer\] the hardware's first layer is out of range; start with layer 0
// expect-clang14: facts::network.*facts::needs<4>.*facts::has<0>.*facts::on<.*max78000>
// expect-gcc: the hardware.+s first layer is out of range: needs 4, MAX78000 has 0; start with layer 0
// expect-clang19: the network: needs 4, MAX78000 has 0
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>>> {};

constexpr auto& image = Refused<Net, max7800x::first_layer<4>>::image;
