// expect-clang: \[first_layer_fifo\] FIFOs and streaming begin with the hardware's layer 0; leave the option first_layer out, or load the input into the data memory
// expect-clang14: facts::network.*facts::needs<2>.*facts::has<0>.*facts::on<.*max78002>
// expect-gcc: FIFOs and streaming begin with the hardware.*s layer 0: needs 2, MAX78002 has 0; leave the option first_layer out, or load the input into the data memory
// expect-clang19: the network: needs 2, MAX78002 has 0
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>>> {};

constexpr auto& image = RefusedOn<max78002, Net, max7800x::first_layer<2>, max7800x::fifo_input>::image;
