// expect-clang: \[no_task\] the processor has no layer of this kind; write pooling, sums and Linear one behind the other, and let the KPU run convolutions
// expect-clang14: facts::layer<1>.*facts::name<'l', 'e', 's', 's'>.*facts::part<.*facts::on<.*k210_kpu>
// expect-gcc: layer 1 \(less\): the processor has no layer of this kind \(Add\); write pooling, sums and Linear one behind the other, and let the KPU run convolutions
// expect-clang19: layer 1 \(less\) \(Add\)
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<4, 16, 16>, Conv2d<4, kernel<1>>, Fused<MaxPool2d<2>, Add<from<"input", "input">, on_cpu, as<"less">>>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
