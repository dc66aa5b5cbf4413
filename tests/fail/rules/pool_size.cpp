// expect-clang: \[pool_size\] a pooling window is empty or larger than any of the chip, dilation included; pool less, and again in front of a later convolution
// expect-clang14: facts::layer<0>.*facts::name<'f', 'e', 'w'>.*facts::needs<17, 17>.*facts::has<16>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(few\): a pooling window is empty or larger than any of the chip, dilation included: needs 17x17, MAX78000 has 16; pool less, and again in front of a later convolution
// expect-clang19: layer 0 \(few\): needs 17x17, MAX78000 has 16
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 64, 64>, Fused<MaxPool2d<17>, Conv2d<4, kernel<3>, pad<1>, as<"few">>>> {};

constexpr auto& image = Refused<Net>::image;
