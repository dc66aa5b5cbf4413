// expect-clang: \[pool_stride_square\] the pooling stride of a 2-D layer is the same in both directions; use a square pooling window, or give one stride
// expect-clang14: facts::layer<0>.*facts::name<'f', 'l', 'a', 't'>.*facts::needs<1, 2>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(flat\): the pooling stride of a 2-D layer is the same in both directions: needs 1x2; use a square pooling window, or give one stride
// expect-clang19: layer 0 \(flat\): needs 1x2
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Fused<MaxPool2d<Window{1, 2}>, Conv2d<4, kernel<3>, pad<1>, as<"flat">>>> {};

constexpr auto& image = Refused<Net>::image;
