#pragma GCC diagnostic error "-Wdeprecated-declarations"
// expect: \[buffer_writer\] no layer writes to the rolling buffer: its rows are always zero; insert rows with buffer_insert, or leave the buffer out
// expect: facts::network.*facts::on<.*max78000>
// errors: 1
#include <support/any_parameters.hpp>

using namespace incuse;
using namespace incuse::max7800x;

struct Net : Network<Input<4, 3, 3>, RollingBuffer<8, 5, place<processors<0xff00>, out_offset<0x6000>>>,
                     Conv2d<4, kernel<3>, pad<1>, place<processors<0xf>, output_processors<0xf0>, out_offset<0x1000>>>,
                     Conv1d<4, kernel<3>, from<"buffer">, place<processors<0xff00>, out_offset<0x2000>>>> {};

constexpr auto& image = Refused<Net>::image;
