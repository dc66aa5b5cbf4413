// expect: \[pool_dilation\] this chip has no dilated pooling; use pool dilation 1
// expect: facts::layer<0>.*facts::name<'s', 'p', 'a', 'r', 's', 'e'>.*facts::needs<2, 2>.*facts::has<1>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(sparse\): this chip has no dilated pooling: needs 2x2, MAX78000 has 1; use pool dilation 1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, MaxPool2d<2, dilation<2>, as<"sparse">>> {};

constexpr auto& image = Refused<Net>::image;
