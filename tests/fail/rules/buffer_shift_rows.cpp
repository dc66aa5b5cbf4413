// expect: \[buffer_shift_rows\] a shift moves at least one row of the rolling buffer, and keeps one; shift by fewer rows, or leave the shift out
// expect: facts::layer<1>.*facts::name<'a', 'l', 'l'>.*facts::needs<5>.*facts::has<5>.*facts::on<.*max78000>
// expect-gcc: layer 1 \(all\): a shift moves at least one row of the rolling buffer, and keeps one: needs 5 rows, the buffer has 5 rows; shift by fewer rows, or leave the shift out
// errors: 1
#include <support/any_parameters.hpp>

using namespace incuse;
using namespace incuse::max7800x;

struct Net
    : Network<
          Input<4, 3, 3>, RollingBuffer<8, 5, place<processors<0xff00>, out_offset<0x6000>>>,
          Conv2d<4, kernel<3>, pad<1>, as<"a">, place<processors<0xf>, output_processors<0xf0>, out_offset<0x1000>>>,
          ShiftBuffer<5, as<"all">, place<processors<0xff00>>>,
          Conv2d<8, kernel<3>, buffer_insert<1>, place<processors<0xf0>, in_offset<0x1000>>>,
          Conv1d<4, kernel<3>, from<"buffer">, place<processors<0xff00>, out_offset<0x2000>>>> {};

constexpr auto& image = Refused<Net, overlap_data>::image;
