// expect-clang: \[padding_range\] padding is 0, 1 or 2; pad less, or pad the training data
// expect-clang14: facts::layer<0>.*facts::name<'w', 'i', 'd', 'e'>.*facts::needs<3, 3>.*facts::has<2>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(wide\): padding is 0, 1 or 2: needs 3x3, MAX78000 has 2; pad less, or pad the training data
// expect-clang19: layer 0 \(wide\): needs 3x3, MAX78000 has 2
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<3>, as<"wide">>> {};

constexpr auto& image = Refused<Net>::image;
