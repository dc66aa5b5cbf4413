// expect-clang: \[one_column\] a Conv1d reads one column of values; give its input one size: the number of all its values
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v'>.*facts::needs<18, 2>.*facts::has<36>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv\): a Conv1d reads one column of values: needs 18x2, the column has 36 values; give its input one size
// expect-clang19: layer 0 \(conv\): needs 18x2, the column has 36 values
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 36>, Conv1d<4, kernel<3>, pad<1>, view<4, 18, 2>, as<"conv">>> {};

constexpr auto& image = Refused<Net>::image;
