// expect-clang: \[not_uploaded\] the KPU reads AI RAM, but the processor wrote the tensor to main memory; put Upload<> in front of the layer, or AddPadding<> where the tensor is 1x1
// expect-clang14: facts::layer<1>.*facts::name<'n', 'e', 'x', 't'>.*facts::on<.*k210_kpu>
// expect-gcc: layer 1 \(next\): the KPU reads AI RAM, but the processor wrote the tensor to main memory; put Upload<> in front of the layer, or AddPadding<> where the tensor is 1x1
// expect-clang19: layer 1 \(next\)
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, MaxPool2d<3, on_cpu>, Conv2d<4, kernel<3>, pad<1>, as<"next">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
