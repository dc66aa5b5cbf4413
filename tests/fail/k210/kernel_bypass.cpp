// expect-clang: \[kernel_bypass\] neither the KPU nor the processor can bypass a kernel; leave bypass out, and use weights of 1
// expect-clang14: facts::layer<0>.*facts::name<'c'>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(c\): neither the KPU nor the processor can bypass a kernel; leave bypass out, and use weights of 1
// expect-clang19: layer 0 \(c\)
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<3>, pad<1>, bypass, as<"c">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
