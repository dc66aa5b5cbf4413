// expect-clang: \[height\] the height of the input is out of range; pool less, or use an input of another height; single values become maps by AddPadding<>
// expect-clang14: facts::layer<0>.*facts::name<'c'>.*facts::needs<300>.*facts::has<4, 256>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(c\): the height of the input is out of range: needs 300, K210 has 4 to 256; pool less, or use an input of another height; single values become maps by AddPadding<>
// expect-clang19: layer 0 \(c\): needs 300, K210 has 4 to 256
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<1, 300, 16>, Conv2d<4, kernel<1>, as<"c">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
