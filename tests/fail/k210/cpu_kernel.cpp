// expect-clang: \[cpu_kernel\] the processor does not convolve like this; give kernel, stride and dilation 1 or more, padding 0 or more, and leave pad_value<> out \(Pad<> adds other values\), and the dilation of a transposed one
// expect-clang14: facts::layer<1>.*facts::name<'c', 'o', 'n', 'v'>.*facts::needs<3, 3>.*facts::on<.*k210_kpu>
// expect-gcc: layer 1 \(conv\): the processor does not convolve like this: needs 3x3; give kernel, stride and dilation 1 or more, padding 0 or more, and leave pad_value<> out \(Pad<> adds other values\), and the dilation of a transposed one
// expect-clang19: layer 1 \(conv\): needs 3x3
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/model/software.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Dequantize<>, Conv2d<4, kernel<3>, pad<1>, pad_value<3>, on_cpu, as<"conv">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
