// expect-clang: \[kernel_dilation\] the KPU has no dilated convolution; use dilation 1
// expect-clang14: facts::layer<0>.*facts::name<'c'>.*facts::needs<2, 2>.*facts::has<1, 1>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(c\): the KPU has no dilated convolution: needs 2x2, K210 has 1x1; use dilation 1
// expect-clang19: layer 0 \(c\): needs 2x2, K210 has 1x1
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<3>, pad<1>, dilation<2>, as<"c">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
