// expect: \[cleared_layer\] the vendor.+s tables clear the registers of a layer that is used: it computes nothing; leave the option vendor_stream out
// expect-clang14: facts::network.*facts::on<.*max78000>
// expect-clang19: the network
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>>> {};

constexpr auto& image = Refused<Net, max7800x::clear_unused_layers, max7800x::vendor_stream>::image;
