// expect-clang: \[column_rows\] this chip reads the values of a Conv1d as rows of a square kernel: kernel, stride, padding and length have to be whole rows; use the numbers that are named, and a multiple of the row for padding and length
// expect-clang14: facts::layer<0>.*facts::name<'s', 'l', 'o', 'w'>.*facts::needs<1>.*facts::has<3>.*facts::on<.*ai84>
// expect-gcc: layer 0 \(slow\): this chip reads the values of a Conv1d as rows of a square kernel: kernel, stride, padding and length have to be whole rows \(the stride\): needs 1, AI84 has 3; use the numbers that are named, and a multiple of the row for padding and length
// expect-clang19: layer 0 \(slow\) \(the stride\): needs 1, AI84 has 3
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 36>, Conv1d<4, kernel<9>, pad<3>, as<"slow">>> {};

constexpr auto& image = RefusedOn<ai84, Net>::image;
