// expect-clang: \[map_size\] the input is smaller than 4x4; pool less, or use a larger input; single values become maps by AddPadding<>
// expect-clang14: facts::layer<0>.*facts::name<'c'>.*facts::needs<3, 3>.*facts::has<4, 4>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(c\): the input is smaller than 4x4: needs 3x3, K210 has 4x4; pool less, or use a larger input; single values become maps by AddPadding<>
// expect-clang19: layer 0 \(c\): needs 3x3, K210 has 4x4
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<1, 3, 3>, Conv2d<4, kernel<1>, as<"c">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
