// expect-clang: \[input_processors\] the number of processors is not that of the input channels per pass; give one processor per channel
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::needs<3>.*facts::has<4>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): the number of processors is not that of the input channels per pass: needs 3, the map has 4; give one processor per channel
// expect-clang19: layer 0 \(conv1\): needs 3, the map has 4
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<Input<3, 8, 8>,
              Conv2d<4, kernel<3>, pad<1>,
                     place<processors<0xf>, output_processors<0xf>, in_offset<0>, out_offset<0x1000>>, as<"conv1">>> {};

constexpr auto& image = Refused<Net>::image;
