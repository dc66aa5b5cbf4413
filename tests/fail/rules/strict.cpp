// With the option strict a warning is an error.
// expect-gcc: \[conv1d_map\] layer 1 \(line\): a Conv1d reads the rows of a map one behind the other, as one long row; write a Conv2d
// expect-clang: \[conv1d_map\] a Conv1d reads the rows of a map one behind the other, as one long row; write a Conv2d
// expect-clang14: facts::layer<1>.*facts::name<'l', 'i', 'n', 'e'>
// expect-clang19: layer 1 \(line\)
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<16, kernel<3>, pad<1>, ReLU>, Conv1d<10, kernel<3>, as<"line">>> {};

static_assert(!Refused<Net, max7800x::strict>::is_valid);
