// expect-clang: \[dilation_taps\] a Conv1d that spans more than 9 values has at most 3 taps; use fewer taps or a smaller dilation
// expect-clang14: facts::layer<0>.*facts::name<'e', 'a', 'r', 's'>.*facts::needs<4>.*facts::has<3>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(ears\): a Conv1d that spans more than 9 values has at most 3 taps: needs 4, MAX78000 has 3; use fewer taps or a smaller dilation
// expect-clang19: layer 0 \(ears\): needs 4, MAX78000 has 3
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 64>, Conv1d<4, kernel<4>, dilation<5>, as<"ears">>> {};

constexpr auto& image = Refused<Net>::image;
