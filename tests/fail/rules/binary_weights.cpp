// expect-clang: \[binary_weights\] this chip has no binary weights; use ordinary weights
// expect-clang14: facts::layer<0>.*facts::name<'s', 'i', 'g', 'n', 's'>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(signs\): this chip has no binary weights; use ordinary weights
// expect-clang19: layer 0 \(signs\)
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<1>, binary, as<"signs">>> {};

constexpr auto& image = Refused<Net>::image;
