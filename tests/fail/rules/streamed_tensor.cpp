// expect-clang: \[streamed_tensor\] the next layer streams this layer's output row by row: it is nowhere as a whole; let only the next layer read it
// expect-clang14: facts::layer<0>.*facts::name<'f', 'i', 'r', 's', 't'>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(first\): the next layer streams this layer.*s output row by row: it is nowhere as a whole
// expect-clang19: layer 0 \(first\)
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>, Conv2d<4, kernel<3>, pad<1>, streaming, output, as<"first">>,
                     Conv2d<4, kernel<3>, pad<1>, streaming>> {};

constexpr auto& image = Refused<Net, max7800x::fifo_input>::image;
