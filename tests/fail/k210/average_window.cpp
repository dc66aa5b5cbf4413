// expect-clang: \[average_window\] the KPU does not take means like this; use 2x2 with stride 2, 4x4 with stride 4, or 2x2 with stride<1> and same_padding; or Dequantize<>, pooling on_cpu, undilated and without same_padding, Quantize<> and Upload<>
// expect-clang14: facts::layer<1>.*facts::name<'p'>.*facts::needs<3, 3>.*facts::on<.*k210_kpu>
// expect-gcc: layer 1 \(p\): the KPU does not take means like this: needs 3x3; use 2x2 with stride 2, 4x4 with stride 4, or 2x2 with stride<1> and same_padding; or Dequantize<>, pooling on_cpu, undilated and without same_padding, Quantize<> and Upload<>
// expect-clang19: layer 1 \(p\): needs 3x3
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<3>, pad<1>>, AvgPool2d<3, as<"p">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
