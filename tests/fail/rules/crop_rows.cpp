// expect-clang: \[crop_rows\] a layer leaves out all rows of its source, or fewer than none; crop fewer rows, and 0 or more at each end
// expect-clang14: facts::layer<1>.*facts::name<'m', 'i', 'd', 'd', 'l', 'e'>.*facts::needs<9>.*facts::has<8>.*facts::on<.*max78000>
// expect-gcc: layer 1 \(middle\): a layer leaves out all rows of its source, or fewer than none: needs 9 rows, the source has 8 rows; crop fewer rows, and 0 or more at each end
// expect-clang19: layer 1 \(middle\): needs 9 rows, the source has 8 rows
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>>, Conv2d<4, kernel<1>, crop<5, 3>, as<"middle">>> {};

constexpr auto& image = Refused<Net>::image;
