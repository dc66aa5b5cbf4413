// expect: \[cleared_layer\] the last layer.+s registers are cleared: it computes nothing; leave the option clear_last_layer out
// expect-clang14: facts::network.*facts::on<.*max78000>
// expect-clang19: the network
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>>> {};

constexpr auto& image = Refused<Net, max7800x::clear_last_layer>::image;
