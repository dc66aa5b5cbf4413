// expect-clang: \[activation_function\] neither the KPU nor the processor computes Abs; use ReLU, or let the program take the magnitudes
// expect-clang14: facts::layer<0>.*facts::name<'c'>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(c\): neither the KPU nor the processor computes Abs; use ReLU, or let the program take the magnitudes
// expect-clang19: layer 0 \(c\)
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<3>, pad<1>, Abs, as<"c">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
