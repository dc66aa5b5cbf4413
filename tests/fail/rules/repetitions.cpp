// expect-clang: \[repetitions\] the network does not fit so many times into the layer registers; repeat it less often
// expect-clang14: facts::network.*facts::needs<66>.*facts::has<32>.*facts::on<.*max78000>
// expect-gcc: the network does not fit so many times into the layer registers: needs 66, MAX78000 has 32; repeat it less often
// expect-clang19: the network: needs 66, MAX78000 has 32
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>>, Conv2d<4, kernel<3>, pad<1>>> {};

constexpr auto& image = Refused<Net, max7800x::repetitions<33>>::image;
