// expect-clang: \[pooling_window\] the KPU does not pool like this; use 2x2 with stride 2, 4x4 with stride 4, 2x2 with stride<1> and same_padding, or Subsample2d for every second pixel; or pool on the processor, undilated, with on_cpu, and put Upload<> behind it
// expect-clang14: facts::layer<1>.*facts::name<'p'>.*facts::needs<3, 3>.*facts::on<.*k210_kpu>
// expect-gcc: layer 1 \(p\): the KPU does not pool like this: needs 3x3; use 2x2 with stride 2, 4x4 with stride 4, 2x2 with stride<1> and same_padding, or Subsample2d for every second pixel; or pool on the processor, undilated, with on_cpu, and put Upload<> behind it
// expect-clang19: layer 1 \(p\): needs 3x3
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<3>, pad<1>>, MaxPool2d<3, as<"p">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
