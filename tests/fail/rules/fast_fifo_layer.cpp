// expect-clang: \[fast_fifo_layer\] behind the fast FIFO there has to be a convolution with 8-bit output; use the standard FIFOs
// expect-clang14: facts::layer<0>.*facts::name<'h', 'a', 'l', 'f'>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(half\): behind the fast FIFO there has to be a convolution with 8-bit output; use the standard FIFOs
// expect-clang19: layer 0 \(half\)
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<
          Input<4, 8, 8>,
          MaxPool2d<2, place<processors<0xf>, output_processors<0xf>, in_offset<0>, out_offset<0x1000>>, as<"half">>> {
};

constexpr auto& image = Refused<Net, max7800x::fast_fifo_input, max7800x::runs_on_risc_v>::image;
