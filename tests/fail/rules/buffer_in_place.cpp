// expect: \[buffer_in_place\] a shift of the rolling buffer writes over what it reads; allow it with the option overlap_data, on the command line --overlap-data
// expect: facts::layer<1>.*facts::name<'m', 'o', 'v', 'e'>.*facts::on<.*max78000>
// expect-gcc: layer 1 \(move\): a shift of the rolling buffer writes over what it reads; allow it with the option overlap_data, on the command line --overlap-data
// errors: 1
#include <support/any_parameters.hpp>

using namespace incuse;

struct Net
    : Network<
          Input<4, 3, 3>, RollingBuffer<8, 5, place<processors<0xff00>, out_offset<0x6000>>>,
          Conv2d<4, kernel<3>, pad<1>, as<"a">, place<processors<0xf>, output_processors<0xf0>, out_offset<0x1000>>>,
          ShiftBuffer<1, as<"move">, place<processors<0xff00>>>,
          Conv2d<8, kernel<3>, buffer_insert<1>, place<processors<0xf0>, in_offset<0x1000>>>,
          Conv1d<4, kernel<3>, from<"buffer">, place<processors<0xff00>, out_offset<0x2000>>>> {};

constexpr auto& image = Refused<Net>::image;
