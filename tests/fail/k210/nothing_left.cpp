// expect-clang: \[nothing_left\] nothing is left after pooling; pool less, or use a larger input
// expect-clang14: facts::layer<1>.*facts::name<'p'>.*facts::needs<32, 32>.*facts::has<16, 16>.*facts::on<.*k210_kpu>
// expect-gcc: layer 1 \(p\): nothing is left after pooling: needs 32x32, the input has 16x16; pool less, or use a larger input
// expect-clang19: layer 1 \(p\): needs 32x32, the input has 16x16
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<3>, pad<1>>, MaxPool2d<32, as<"p">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
