// expect-clang: \[output_processors\] the number of output processors is not that of the output channels per pass; give one processor per channel, by default those of the next layer
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::needs<4>.*facts::has<2>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): the number of output processors is not that of the output channels per pass: needs 4, the map has 2; give one processor per channel, by default those of the next layer
// expect-clang19: layer 0 \(conv1\): needs 4, the map has 2
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<Input<3, 8, 8>,
              Conv2d<4, kernel<3>, pad<1>,
                     place<processors<0x7>, output_processors<0x3>, in_offset<0>, out_offset<0x1000>>, as<"conv1">>> {};

constexpr auto& image = Refused<Net>::image;
