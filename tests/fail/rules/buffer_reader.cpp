// expect: \[buffer_reader\] the rolling buffer is read as a whole, and not by the first layer; let the layer read the buffer alone, and another one the network.s input
// expect: facts::layer<3>.*facts::name<'t', 'w', 'i', 'c', 'e'>.*facts::on<.*max78000>
// expect-gcc: layer 3 \(twice\): the rolling buffer is read as a whole, and not by the first layer; let the layer read the buffer alone, and another one the network.+s input
// errors: 1
#include <support/any_parameters.hpp>

using namespace incuse;
using namespace incuse::max7800x;

struct Net
    : Network<
          Input<4, 3, 3>, RollingBuffer<8, 5, place<processors<0xff00>, out_offset<0x6000>>>,
          Conv2d<4, kernel<3>, pad<1>, as<"a">, place<processors<0xf>, output_processors<0xf0>, out_offset<0x1000>>>,
          ShiftBuffer<1, place<processors<0xff00>>>,
          Conv2d<8, kernel<3>, buffer_insert<1>, place<processors<0xf0>, in_offset<0x1000>>>,
          Conv1d<4, kernel<1>, from<"buffer", "buffer">, as<"twice">,
                 place<processors<0xffff00>, in_offset<0x6000>, out_offset<0x2000>>>> {};

constexpr auto& image = Refused<Net, overlap_data>::image;
