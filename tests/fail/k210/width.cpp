// expect-clang: \[width\] the width of the input is out of range; pool less, or use an input of another width; single values become maps by AddPadding<>
// expect-clang14: facts::layer<0>.*facts::name<'c'>.*facts::needs<600>.*facts::has<4, 512>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(c\): the width of the input is out of range: needs 600, K210 has 4 to 512; pool less, or use an input of another width; single values become maps by AddPadding<>
// expect-clang19: layer 0 \(c\): needs 600, K210 has 4 to 512
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<1, 16, 600>, Conv2d<4, kernel<1>, as<"c">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
