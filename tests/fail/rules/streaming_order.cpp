// expect-clang: \[streaming_order\] only the layers from the first one on can stream; stream the layer in front, or do not stream this one
// expect-clang14: facts::layer<1>.*facts::name<'s', 'e', 'c', 'o', 'n', 'd'>.*facts::on<.*max78000>
// expect-gcc: layer 1 \(second\): only the layers from the first one on can stream; stream the layer in front, or do not stream this one
// expect-clang19: layer 1 \(second\)
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>,
                     Conv2d<4, kernel<3>, pad<1>,
                            place<processors<0x7>, output_processors<0xf>, in_offset<0>, out_offset<0x1000>>>,
                     Conv2d<4, kernel<3>, pad<1>, streaming, as<"second">,
                            place<processors<0xf>, output_processors<0xf>, in_offset<4096>, out_offset<0x2000>>>> {};

constexpr auto& image = Refused<Net, max7800x::fifo_input>::image;
