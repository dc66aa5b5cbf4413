// expect-clang: \[pool_kind\] this chip pools windows within their tensor, to their maximum or their mean; leave out same_padding and pick_column; MaxPool2d<1, stride<2>> takes every second pixel
// expect-clang14: facts::layer<1>.*facts::name<'p'>.*facts::on<.*max78000>
// expect-gcc: layer 1 \(p\): this chip pools windows within their tensor, to their maximum or their mean; leave out same_padding and pick_column
// expect-clang19: layer 1 \(p\)
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>>, MaxPool2d<2, stride<1>, same_padding, as<"p">>> {};

constexpr auto& image = Refused<Net>::image;
