// expect-clang: \[chw_input\] the input cannot lie in CHW order; use hwc, or an input of at most 16 channels
// expect-clang14: facts::network.*facts::on<.*max78000>
// expect-gcc: "\[chw_input\] the input cannot lie in CHW order; use hwc
// expect-clang19: the network
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<17, 8, 8, chw>, Conv2d<4, kernel<3>, pad<1>>> {};

constexpr auto& image = Refused<Net>::image;
