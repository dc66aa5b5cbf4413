// expect-clang: \[padding_value\] the chip pads with zeros; leave pad_value<> out
// expect-clang14: facts::layer<0>.*facts::name<'b', 'r', 'i', 'm'>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(brim\): the chip pads with zeros; leave pad_value<> out
// expect-clang19: layer 0 \(brim\)
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>, pad_value<-128>, as<"brim">>> {};

constexpr auto& image = Refused<Net>::image;
