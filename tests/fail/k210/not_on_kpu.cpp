// expect-clang: \[not_on_kpu\] the KPU has no layer of this kind; let the processor run it with the option on_cpu; a Linear can also be Conv2d<..., kernel<1>> between AddPadding<> and RemovePadding<>
// expect-clang14: facts::layer<1>.*facts::name<'f', 'c'>.*facts::part<'L', 'i', 'n', 'e', 'a', 'r'>.*facts::on<.*k210_kpu>
// expect-gcc: layer 1 \(fc\): the KPU has no layer of this kind \(Linear\); let the processor run it with the option on_cpu; a Linear can also be Conv2d<..., kernel<1>> between AddPadding<> and RemovePadding<>
// expect-clang19: layer 1 \(fc\) \(Linear\)
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<3>, pad<1>>, Flatten, Linear<10, as<"fc">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
