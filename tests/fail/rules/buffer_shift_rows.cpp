// expect-clang: \[buffer_shift_rows\] a shift moves at least one row of the rolling buffer, and keeps one; shift by fewer rows, or leave the shift out
// expect-clang14: facts::layer<1>.*facts::name<'a', 'l', 'l'>.*facts::needs<6>.*facts::has<5>.*facts::on<.*max78000>
// expect-gcc: layer 1 \(all\): a shift moves at least one row of the rolling buffer, and keeps one: needs 6 rows, the buffer has 5 rows; shift by fewer rows, or leave the shift out
// expect-clang19: layer 1 \(all\): needs 6 rows, the buffer has 5 rows
// errors: 1
#include <support/rolling_network.hpp>

using namespace incuse;
using namespace incuse::max7800x;

struct Net : Network<rolling::Image, rolling::Buffer, rolling::First,
                     ShiftBuffer<5, as<"all">, place<processors<0xff00>>>, rolling::Insert, rolling::Reader> {};

constexpr auto& image = Refused<Net, overlap_data>::image;
