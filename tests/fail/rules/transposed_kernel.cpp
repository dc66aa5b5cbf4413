// expect-clang: \[transposed_kernel\] a ConvTranspose2d kernel has to be 3x3; use a 3x3 kernel
// expect-clang14: facts::layer<0>.*facts::name<'u', 'p'>.*facts::needs<5, 5>.*facts::has<3, 3>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(up\): a ConvTranspose2d kernel has to be 3x3: needs 5x5, MAX78000 has 3x3; use a 3x3 kernel
// expect-clang19: layer 0 \(up\): needs 5x5, MAX78000 has 3x3
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, ConvTranspose2d<4, kernel<5>, pad<1>, as<"up">>> {};

constexpr auto& image = Refused<Net>::image;
