// expect-clang: \[pool_stride_alone\] this chip passes over pixels only where it pools; pool windows of the stride's size, or leave the stride out
// expect-clang14: facts::layer<0>.*facts::name<'o', 'd', 'd'>.*facts::needs<2, 2>.*facts::on<.*ai84>
// expect-gcc: layer 0 \(odd\): this chip passes over pixels only where it pools: needs 2x2, a layer that does not pool has 1x1
// expect-clang19: layer 0 \(odd\): needs 2x2, a layer that does not pool has 1x1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 12, 12>, Fused<MaxPool2d<1, stride<2>>, Conv2d<4, kernel<3>, pad<1>, as<"odd">>>> {};

constexpr auto& image = RefusedOn<ai84, Net>::image;
