// expect-clang: \[kernel_size\] a Conv2d kernel has to be 1x1 or 3x3; put several 3x3 convolutions one behind the other
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::needs<5, 5>.*facts::has<3, 3>.*facts::on<.*max78000>
// expect-clang: \[padding_range\] padding is 0, 1 or 2; pad less, or pad the training data
// expect-clang14: facts::layer<1>.*facts::name<'c', 'o', 'n', 'v', '2'>.*facts::needs<3, 3>.*facts::has<2>.*facts::on<.*max78000>
// expect-clang: \[channels\] a layer has too many input or output channels, or none; use at least one channel, and at most as many as the chip has
// expect-clang14: facts::layer<2>.*facts::name<'c', 'o', 'n', 'v', '3'>.*facts::needs<1025>.*facts::has<1024>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): a Conv2d kernel has to be 1x1 or 3x3: needs 5x5, MAX78000 has 3x3; put several 3x3 convolutions one behind the other
// expect-clang19: layer 0 \(conv1\): needs 5x5, MAX78000 has 3x3
// expect-gcc: layer 1 \(conv2\): padding is 0, 1 or 2: needs 3x3, MAX78000 has 2; pad less, or pad the training data
// expect-gcc: layer 2 \(conv3\): a layer has too many input or output channels, or none: needs 1025, MAX78000 has 1024; use at least one channel, and at most as many as the chip has
// errors: 3
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<5>, pad<2>, as<"conv1">>,
                     Conv2d<4, kernel<3>, pad<3>, as<"conv2">>, Conv2d<1025, kernel<1>, as<"conv3">>> {};

constexpr auto& image = Refused<Net>::image;
