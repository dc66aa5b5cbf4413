// expect-clang: \[real_input\] the chip reads signed bytes, not real numbers; leave real out of the input
// expect-clang14: facts::on<.*max78000>
// expect-gcc: the chip reads signed bytes, not real numbers; leave real out of the input, and quantise in front of the network
// expect-clang19: "the network"
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8, real>, Conv2d<4, kernel<3>, pad<1>>> {};

constexpr auto& image = Refused<Net>::image;
