// expect-clang: \[kernel_size\] a Conv2d kernel has to be 1x1 or 3x3; put several 3x3 convolutions one behind the other
// expect-clang14: facts::layer<1>.*facts::name<'c', 'o', 'n', 'v', '3'>.*facts::needs<5, 5>.*facts::has<3, 3>.*facts::on<.*max78000>
// expect-gcc: layer 1 \(conv3\): a Conv2d kernel has to be 1x1 or 3x3: needs 5x5, MAX78000 has 3x3; put several 3x3 convolutions one behind the other
// expect-clang19: layer 1 \(conv3\): needs 5x5, MAX78000 has 3x3
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>>, Conv2d<4, kernel<5>, pad<2>, as<"conv3">>> {};

constexpr auto& image = Refused<Net>::image;
