// expect-clang: \[dilation_operator\] only Conv1d can be dilated; use dilation 1
// expect-clang14: facts::layer<0>.*facts::name<'s', 'p', 'a', 'r', 's', 'e'>.*facts::needs<2, 2>.*facts::has<1, 1>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(sparse\): only Conv1d can be dilated: needs 2x2, MAX78000 has 1x1; use dilation 1
// expect-clang19: layer 0 \(sparse\): needs 2x2, MAX78000 has 1x1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>, dilation<2>, as<"sparse">>> {};

constexpr auto& image = Refused<Net>::image;
