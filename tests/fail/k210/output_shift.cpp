// expect-clang: \[output_shift\] the output shift is out of range; scale the weights, so that the shift is smaller
// expect-clang14: facts::layer<0>.*facts::name<'c'>.*facts::needs<16>.*facts::has<-15, 15>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(c\): the output shift is out of range: needs 16, K210 has -15 to 15; scale the weights, so that the shift is smaller
// expect-clang19: layer 0 \(c\): needs 16, K210 has -15 to 15
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<3>, pad<1>, shift<16>, as<"c">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
