// expect-clang: \[output_size\] the output is smaller than 4x4; pool less, or use a larger input
// expect-clang14: facts::layer<0>.*facts::name<'c'>.*facts::needs<3, 3>.*facts::has<4, 4>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(c\): the output is smaller than 4x4: needs 3x3, K210 has 4x4; pool less, or use a larger input
// expect-clang19: layer 0 \(c\): needs 3x3, K210 has 4x4
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<1, 6, 6>, Conv2d<4, kernel<1>, as<"c">>, MaxPool2d<2>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
