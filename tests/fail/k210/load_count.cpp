// expect-clang: \[load_count\] the weights need more loads than the KPU counts; use fewer channels, or let two layers write parts of the output: Concat<Branch<Conv2d<...>>, Branch<Conv2d<...>>, on_cpu>, and Upload<> behind it
// expect-clang14: facts::layer<0>.*facts::name<'c'>.*facts::needs<86>.*facts::has<64>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(c\): the weights need more loads than the KPU counts: needs 86 loads, K210 has 64; use fewer channels, or let two layers write parts of the output: Concat<Branch<Conv2d<...>>, Branch<Conv2d<...>>, on_cpu>, and Upload<> behind it
// expect-clang19: layer 0 \(c\): needs 86 loads, K210 has 64
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<512, 7, 7>, Conv2d<512, kernel<3>, pad<1>, as<"c">>> {};

constexpr bool ok = FindingsOnKpu<Net>::ok;
