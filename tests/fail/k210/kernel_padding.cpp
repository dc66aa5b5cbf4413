// expect-clang: \[kernel_padding\] 3x3 kernels have one ring of padding on the KPU, 1x1 kernels none; use pad<1> with kernel<3>, and none with kernel<1>; Crop<1, 1, 1, 1> and Upload<> behind the layer cut off the ring of outputs that pad<1> adds
// expect-clang14: facts::layer<0>.*facts::name<'c'>.*facts::needs<0, 0>.*facts::has<1, 1>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(c\): 3x3 kernels have one ring of padding on the KPU, 1x1 kernels none: needs 0x0, this kernel has 1x1; use pad<1> with kernel<3>, and none with kernel<1>; Crop<1, 1, 1, 1> and Upload<> behind the layer cut off the ring of outputs that pad<1> adds
// expect-clang19: layer 0 \(c\): needs 0x0, this kernel has 1x1
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<3>, as<"c">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
