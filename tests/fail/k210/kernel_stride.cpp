// expect-clang: \[kernel_stride\] a convolution of the KPU has stride 1; put MaxPool2d<1, stride<2>> behind it, or stride<4>: that is what strides 2 and 4 compute; there is no other
// expect-clang14: facts::layer<0>.*facts::name<'c'>.*facts::needs<2, 2>.*facts::has<1, 1>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(c\): a convolution of the KPU has stride 1: needs 2x2, K210 has 1x1; put MaxPool2d<1, stride<2>> behind it, or stride<4>: that is what strides 2 and 4 compute; there is no other
// expect-clang19: layer 0 \(c\): needs 2x2, K210 has 1x1
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<3>, pad<1>, stride<2>, as<"c">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
