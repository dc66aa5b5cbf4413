// expect-clang: \[kernel_length\] a Conv1d kernel has to have 1 to 9 taps; put several convolutions one behind the other, or dilate a shorter one
// expect-clang14: facts::layer<0>.*facts::name<'e', 'a', 'r', 's'>.*facts::needs<11>.*facts::has<9>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(ears\): a Conv1d kernel has to have 1 to 9 taps: needs 11, MAX78000 has 9; put several convolutions one behind the other, or dilate a shorter one
// expect-clang19: layer 0 \(ears\): needs 11, MAX78000 has 9
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 32>, Conv1d<4, kernel<11>, as<"ears">>> {};

constexpr auto& image = Refused<Net>::image;
