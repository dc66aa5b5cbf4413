// expect-clang: \[pool_sizes\] this chip has only some sizes and strides of pooling windows; use one of them in both directions, and pool again in front of a later convolution
// expect-clang14: facts::layer<0>.*facts::name<'o', 'd', 'd'>.*facts::needs<3, 3>.*facts::on<.*ai84>
// expect-gcc: layer 0 \(odd\): this chip has only some sizes and strides of pooling windows \(the window\): needs 3x3; use one of them in both directions, and pool again in front of a later convolution
// expect-clang19: layer 0 \(odd\) \(the window\): needs 3x3
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 12, 12>, Fused<MaxPool2d<3>, Conv2d<4, kernel<3>, pad<1>, as<"odd">>>> {};

constexpr auto& image = RefusedOn<ai84, Net>::image;
