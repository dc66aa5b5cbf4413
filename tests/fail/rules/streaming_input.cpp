// expect-clang: \[streaming_input\] a streaming first layer needs its input from a FIFO; add the option fifo_input, or do not stream
// expect-clang14: facts::layer<0>.*facts::name<'f', 'i', 'r', 's', 't'>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(first\): a streaming first layer needs its input from a FIFO; add the option fifo_input, or do not stream
// expect-clang19: layer 0 \(first\)
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>,
                     Conv2d<4, kernel<3>, pad<1>, streaming, as<"first">,
                            place<processors<0x7>, output_processors<0xf>, in_offset<0>, out_offset<0x1000>>>> {};

constexpr auto& image = Refused<Net>::image;
