// expect-clang: \[kernel_size\] a kernel of the KPU is 1x1 or 3x3; put several 3x3 convolutions one behind the other
// expect-clang14: facts::layer<0>.*facts::name<'c'>.*facts::needs<5, 5>.*facts::has<3, 3>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(c\): a kernel of the KPU is 1x1 or 3x3: needs 5x5, K210 has 3x3; put several 3x3 convolutions one behind the other
// expect-clang19: layer 0 \(c\): needs 5x5, K210 has 3x3
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<5>, pad<2>, as<"c">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
