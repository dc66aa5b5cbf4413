// expect-clang: \[transposed_convolution\] the KPU has no transposed convolutions; let the processor run it, on real numbers, with the option on_cpu, or put Upsample<2>, Upload<> and a Conv2d with kernel<3> and pad<1> one behind the other
// expect-gcc: \[transposed_convolution\] layer 1 \(c\): the KPU has no transposed convolutions; let the processor run it, on real numbers, with the option on_cpu, or put Upsample<2>, Upload<> and a Conv2d with kernel<3> and pad<1> one behind the other
// expect-clang14: facts::layer<1>.*facts::name<'c'>.*facts::on<.*k210_kpu>
// expect-clang19: layer 1 \(c\)
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<1>>, ConvTranspose2d<4, kernel<3>, pad<1>, as<"c">>> {};

constexpr bool ok = FindingsOnKpu<Net>::ok;
