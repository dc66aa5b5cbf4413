// expect-clang: \[feature\] the chip does not have a feature that is asked for; do without it, or choose another chip
// expect-clang14: facts::network.*facts::part<'P', 'L', 'L'>.*facts::on<.*max78000>
// expect-gcc: the chip does not have a feature that is asked for \(PLL\); do without it, or choose another chip
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>>> {};

constexpr auto& image = Refused<Net, max7800x::with<max7800x::Feature::pll>>::image;
