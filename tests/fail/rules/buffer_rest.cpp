// expect: \[buffer_rest\] the chip leaves the old values in the rows that a shift vacates, and something reads them; insert at least as many rows behind the shift, before the buffer is read or shifted again
// expect: facts::layer<1>.*facts::name<'b', 'y', '_', 't', 'w', 'o'>.*facts::needs<2>.*facts::has<1>.*facts::on<.*max78000>
// expect-gcc: layer 1 \(by_two\): the chip leaves the old values in the rows that a shift vacates, and something reads them: needs 2 rows, what is inserted has 1 rows; insert at least as many rows behind the shift, before the buffer is read or shifted again
// errors: 1
#include <support/any_parameters.hpp>

using namespace incuse;
using namespace incuse::max7800x;

struct Net
    : Network<
          Input<4, 3, 3>, RollingBuffer<8, 5, place<processors<0xff00>, out_offset<0x6000>>>,
          Conv2d<4, kernel<3>, pad<1>, as<"a">, place<processors<0xf>, output_processors<0xf0>, out_offset<0x1000>>>,
          ShiftBuffer<2, as<"by_two">, place<processors<0xff00>>>,
          Conv2d<8, kernel<3>, buffer_insert<1>, place<processors<0xf0>, in_offset<0x1000>>>,
          Conv1d<4, kernel<3>, from<"buffer">, place<processors<0xff00>, out_offset<0x2000>>>> {};

constexpr auto& image = Refused<Net, overlap_data>::image;
