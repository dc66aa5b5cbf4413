// expect-clang: \[dilation_one_tap\] a kernel with one tap cannot be dilated; use dilation 1
// expect-clang14: facts::layer<0>.*facts::name<'e', 'a', 'r', 's'>.*facts::needs<2>.*facts::has<1>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(ears\): a kernel with one tap cannot be dilated: needs 2, MAX78000 has 1; use dilation 1
// expect-clang19: layer 0 \(ears\): needs 2, MAX78000 has 1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 32>, Conv1d<4, kernel<1>, dilation<2>, as<"ears">>> {};

constexpr auto& image = Refused<Net>::image;
