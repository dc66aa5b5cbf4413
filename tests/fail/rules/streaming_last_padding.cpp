// expect-clang: \[streaming_last_padding\] the last streaming layer needs padding in both directions; pad it, or stream one layer more or less
// expect-clang14: facts::layer<0>.*facts::name<'f', 'i', 'r', 's', 't'>.*facts::needs<1, 1>.*facts::has<0, 0>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(first\): the last streaming layer needs padding in both directions: needs 1x1, the layer has 0x0; pad it, or stream one layer more or less
// expect-clang19: layer 0 \(first\): needs 1x1, the layer has 0x0
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>,
                     Conv2d<4, kernel<3>, streaming, as<"first">,
                            place<processors<0x7>, output_processors<0xf>, in_offset<0>, out_offset<0x1000>>>> {};

constexpr auto& image = Refused<Net, max7800x::fifo_input>::image;
