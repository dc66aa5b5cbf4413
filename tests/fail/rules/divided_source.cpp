// expect-clang: \[divided_source\] the operands are parts of one image, for which the chip takes neighbouring pixels; give every operand channels of its own, or a tensor of its own
// expect-clang14: facts::layer<1>.*facts::name<'a', 'd', 'd'>.*facts::part<'c', 'o', 'n', 'v'>.*facts::needs<8>.*facts::has<4>.*facts::on<.*max78000>
// expect-gcc: layer 1 \(add\): the operands are parts of one image, for which the chip takes neighbouring pixels \(conv\): needs 8 channels, the source has 4 channels
// expect-clang19: layer 1 \(add\) \(conv\): needs 8 channels, the source has 4 channels
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>, as<"conv">>, Add<operands<2>, view<4, 8, 4>, as<"add">>> {};

constexpr auto& image = Refused<Net>::image;
