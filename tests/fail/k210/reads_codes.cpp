// expect-clang: \[reads_codes\] the layer works on real numbers, but reads codes; put Dequantize<> in front of it
// expect-clang14: facts::layer<1>.*facts::name<'m', 'e', 'a', 'n'>.*facts::part<.*facts::on<.*k210_kpu>
// expect-gcc: layer 1 \(mean\): the layer works on real numbers, but reads codes \(global average pool\); put Dequantize<> in front of it
// expect-clang19: layer 1 \(mean\) \(global average pool\)
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/model/software.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<3>, pad<1>>, GlobalAvgPool2d<as<"mean">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
