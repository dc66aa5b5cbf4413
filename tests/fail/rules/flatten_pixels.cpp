// expect-clang: \[flatten_pixels\] a flattened map has too many pixels; pool more in front of the flatten
// expect-clang14: facts::layer<0>.*facts::name<'f', 'c'>.*facts::needs<289>.*facts::has<256>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(fc\): a flattened map has too many pixels: needs 289, MAX78000 has 256; pool more in front of the flatten
// expect-clang19: layer 0 \(fc\): needs 289, MAX78000 has 256
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<1, 17, 17>, Flatten, Linear<10, as<"fc">>> {};

constexpr auto& image = Refused<Net>::image;
