// expect-clang: \[shift_range\] the output shift, with 8 less the weight bits added, is too large; scale the weights differently
// expect-clang14: facts::layer<0>.*facts::name<'l', 'a', 'r', 'g', 'e'>.*facts::needs<16>.*facts::has<15>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(large\): the output shift, with 8 less the weight bits added, is too large: needs 16, MAX78000 has 15; scale the weights differently
// expect-clang19: layer 0 \(large\): needs 16, MAX78000 has 15
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<1>, bits<4>, shift<12>, as<"large">>> {};

constexpr auto& image = Refused<Net>::image;
