// expect-clang: \[empty_output\] nothing is left after pooling or convolution; pool less, pad more, or use a larger input
// expect-clang14: facts::layer<0>.*facts::name<'n', 'o', 'n', 'e'>.*facts::needs<9, 9>.*facts::has<8, 8>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(none\): nothing is left after pooling or convolution: needs 9x9, the input has 8x8; pool less, pad more, or use a larger input
// expect-clang19: layer 0 \(none\): needs 9x9, the input has 8x8
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Fused<MaxPool2d<9>, Conv2d<4, kernel<3>, pad<1>, as<"none">>>> {};

constexpr auto& image = Refused<Net>::image;
