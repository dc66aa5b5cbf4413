// expect-gcc: \[repeated_input\] layers that run again find no input in the FIFOs any more .snooping.; load the input into the data memory, or let the layers run once
// expect-clang: \[repeated_input\] layers that run again find no input in the FIFOs any more; load the input into the data memory, or let the layers run once
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>>> {};

constexpr auto& image =
    RefusedOn<max78002, Net, max7800x::fifo_input, max7800x::with<max7800x::Feature::snooping>>::image;
