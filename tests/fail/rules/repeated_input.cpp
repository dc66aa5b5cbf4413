// expect-gcc: \[repeated_input\] layers that run again find no input in the FIFOs any more: needs 2, MAX78000 has 1; load the input into the data memory, or let the layers run once
// expect-clang: \[repeated_input\] layers that run again find no input in the FIFOs any more; load the input into the data memory, or let the layers run once
// expect-clang14: facts::network.*facts::needs<2>.*facts::has<1>.*facts::on<.*max78000>
// expect-clang19: the network: needs 2, MAX78000 has 1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>>> {};

constexpr auto& image = Refused<Net, max7800x::fifo_input, max7800x::repetitions<2>>::image;
