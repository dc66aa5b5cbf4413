// expect-clang: \[reads_real_numbers\] the layer works on codes, but reads real numbers; put Quantize<> in front of it
// expect-clang14: facts::layer<0>.*facts::name<'f', 'i', 'r', 's', 't'>.*facts::part<.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(first\): the layer works on codes, but reads real numbers \(layer of the KPU\); put Quantize<> in front of it
// expect-clang19: layer 0 \(first\) \(layer of the KPU\)
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16, real>, Conv2d<4, kernel<3>, pad<1>, as<"first">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
