// expect-clang: \[fifo_reader\] an input through FIFOs reaches the first layer only; load the input into the data memory, or let the first layer hand it on unchanged
// expect-clang14: facts::layer<1>.*facts::name<'s', 'e', 'c', 'o', 'n', 'd'>.*facts::on<.*max78000>
// expect-gcc: layer 1 \(second\): an input through FIFOs reaches the first layer only; load the input
// expect-clang19: layer 1 \(second\)
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>,
                     Conv2d<4, kernel<3>, pad<1>,
                            place<processors<0xf>, output_processors<0xf0>, in_offset<0>, out_offset<0x1000>>>,
                     Conv2d<4, kernel<3>, pad<1>, from<"input">, as<"second">,
                            place<processors<0xf>, output_processors<0xf00>, in_offset<0>, out_offset<0x2000>>>> {};

constexpr auto& image = Refused<Net, max7800x::fifo_input>::image;
