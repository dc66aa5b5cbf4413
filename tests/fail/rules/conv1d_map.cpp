#pragma GCC diagnostic error "-Wdeprecated-declarations"
// expect: \[conv1d_map\] a Conv1d reads the rows of a map one behind the other, as one long row; write a Conv2d; or, if that is meant, view<channels, length>, in a description in_dim
// expect-clang14: facts::layer<1>.*facts::name<'l', 'i', 'n', 'e'>.*facts::has<16, 8, 8>.*facts::on<.*max78000>
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<16, kernel<3>, pad<1>, ReLU>, Conv1d<10, kernel<3>, as<"line">>> {};

constexpr auto& image = Refused<Net>::image;
