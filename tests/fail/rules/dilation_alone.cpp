// expect-clang: \[dilation_alone\] a Conv1d that spans more than 9 values does not pool, combine operands, flatten or stream; do that in a layer of its own, or use a smaller dilation
// expect-clang14: facts::layer<0>.*facts::name<'e', 'a', 'r', 's'>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(ears\): a Conv1d that spans more than 9 values does not pool, combine operands, flatten or stream; do that in a layer of its own, or use a smaller dilation
// expect-clang19: layer 0 \(ears\)
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 64>, Fused<MaxPool1d<2>, Conv1d<4, kernel<2>, dilation<10>, as<"ears">>>> {};

constexpr auto& image = Refused<Net>::image;
