// expect: \[buffer_memory\] the rolling buffer does not fit into its data memory instances; use fewer rows or channels, a lower offset, and one processor per channel of a pass
// expect: facts::network.*facts::needs<32772>.*facts::has<32768>.*facts::on<.*max78000>
// expect-gcc: the rolling buffer does not fit into its data memory instances: needs 32772 bytes, MAX78000 has 32768 bytes; use fewer rows or channels, a lower offset, and one processor per channel of a pass
// errors: 1
#include <support/any_parameters.hpp>

using namespace incuse;
using namespace incuse::max7800x;

struct Net
    : Network<
          Input<4, 3, 3>, RollingBuffer<8, 5, place<processors<0xff00>, out_offset<0x7ff0>>>,
          Conv2d<4, kernel<3>, pad<1>, as<"a">, place<processors<0xf>, output_processors<0xf0>, out_offset<0x1000>>>,
          ShiftBuffer<1, place<processors<0xff00>>>,
          Conv2d<8, kernel<3>, buffer_insert<1>, place<processors<0xf0>, in_offset<0x1000>>>,
          Conv1d<4, kernel<3>, from<"buffer">, place<processors<0xff00>, out_offset<0x2000>>>> {};

constexpr auto& image = Refused<Net, overlap_data>::image;
