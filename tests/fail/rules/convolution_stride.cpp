// expect-clang: \[convolution_stride\] a convolution has stride 1, a ConvTranspose2d stride 2; pool in front of the convolution to reduce the size
// expect-clang14: facts::layer<0>.*facts::name<'d', 'o', 'w', 'n'>.*facts::needs<2, 2>.*facts::has<1, 1>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(down\): a convolution has stride 1, a ConvTranspose2d stride 2: needs 2x2, MAX78000 has 1x1; pool in front of the convolution to reduce the size
// expect-clang19: layer 0 \(down\): needs 2x2, MAX78000 has 1x1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>, stride<2>, as<"down">>> {};

constexpr auto& image = Refused<Net>::image;
