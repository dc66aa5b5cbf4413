// expect-clang: \[padding_kernel\] padding has to be smaller than the kernel; pad less, or use a larger kernel
// expect-clang14: facts::layer<0>.*facts::name<'p', 'o', 'i', 'n', 't'>.*facts::needs<2, 2>.*facts::has<1, 1>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(point\): padding has to be smaller than the kernel: needs 2x2, the kernel has 1x1; pad less, or use a larger kernel
// expect-clang19: layer 0 \(point\): needs 2x2, the kernel has 1x1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<1>, pad<1>, as<"point">>> {};

constexpr auto& image = Refused<Net>::image;
