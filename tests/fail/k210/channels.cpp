// expect-clang: \[channels\] the number of channels is out of range; use fewer channels
// expect-clang14: facts::layer<0>.*facts::name<'c'>.*facts::needs<1025>.*facts::has<1024>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(c\): the number of channels is out of range: needs 1025, K210 has 1024; use fewer channels
// expect-clang19: layer 0 \(c\): needs 1025, K210 has 1024
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<1, 16, 16>, Conv2d<1025, kernel<1>, as<"c">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
