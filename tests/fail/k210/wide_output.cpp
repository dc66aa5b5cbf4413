// expect-clang: \[wide_output\] outputs of the KPU are bytes; leave out wide
// expect-clang14: facts::layer<0>.*facts::name<'c'>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(c\): outputs of the KPU are bytes; leave out wide
// expect-clang19: layer 0 \(c\)
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<3>, pad<1>, wide, as<"c">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
