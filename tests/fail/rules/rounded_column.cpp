// expect-clang: \[rounded_column\] registers do not tell whether data one column wide is 1-D, of which the chip does not round the mean; pool in a Conv1d, use maximum pooling, or leave the option average_pool_rounding out
// expect-clang14: facts::layer<0>.*facts::name<'p', 'o', 'o', 'l'>.*facts::needs<36, 1>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(pool\): registers do not tell whether data one column wide is 1-D, of which the chip does not round the mean: needs 36x1
// expect-clang19: layer 0 \(pool\): needs 36x1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 36>, AvgPool1d<2, as<"pool">>> {};

constexpr auto& image = Refused<Net, max7800x::average_pool_rounding>::image;
