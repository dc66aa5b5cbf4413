// expect-clang: \[channels\] a layer has too many input or output channels, or none; use at least one channel, and at most as many as the chip has
// expect-clang14: facts::layer<0>.*facts::name<'w', 'i', 'd', 'e'>.*facts::needs<1025>.*facts::has<1024>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(wide\): a layer has too many input or output channels, or none: needs 1025, MAX78000 has 1024; use at least one channel, and at most as many as the chip has
// expect-clang19: layer 0 \(wide\): needs 1025, MAX78000 has 1024
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 1, 1>, Conv2d<1025, kernel<1>, as<"wide">>> {};

constexpr auto& image = Refused<Net>::image;
