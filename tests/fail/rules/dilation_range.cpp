// expect-clang: \[dilation_range\] the dilation is out of range; dilate less
// expect-clang14: facts::layer<0>.*facts::name<'e', 'a', 'r', 's'>.*facts::needs<1024>.*facts::has<1023>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(ears\): the dilation is out of range: needs 1024, MAX78000 has 1023; dilate less
// expect-clang19: layer 0 \(ears\): needs 1024, MAX78000 has 1023
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 1024>, Conv1d<4, kernel<2>, dilation<1024>, as<"ears">>> {};

constexpr auto& image = Refused<Net>::image;
