// expect-clang: \[pool_dilation\] the chip does not dilate pooling windows so far; use a smaller pool dilation, on most chips 1
// expect-clang14: facts::layer<0>.*facts::name<'s', 'p', 'a', 'r', 's', 'e'>.*facts::needs<2, 2>.*facts::has<1>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(sparse\): the chip does not dilate pooling windows so far: needs 2x2, MAX78000 has 1; use a smaller pool dilation, on most chips 1; the nearest pool dilation: 2x2 -> 1x1
// expect-clang19: layer 0 \(sparse\): needs 2x2, MAX78000 has 1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, MaxPool2d<2, dilation<2>, as<"sparse">>> {};

constexpr auto& image = Refused<Net>::image;
