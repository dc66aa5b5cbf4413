// expect-clang: \[fast_fifo_channels\] the fast FIFO delivers 4 channels, of a CHW input 1; use the standard FIFOs, or load the input into the data memory
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::needs<8>.*facts::has<4>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): the fast FIFO delivers 4 channels, of a CHW input 1: needs 8, MAX78000 has 4; use the standard FIFOs, or load the input into the data memory
// expect-clang19: layer 0 \(conv1\): needs 8, MAX78000 has 4
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<
          Input<8, 8, 8>,
          Conv2d<4, kernel<3>, pad<1>,
                 place<processors<0xf000f>, output_processors<0xf>, in_offset<0>, out_offset<0x1000>>, as<"conv1">>> {};

constexpr auto& image = Refused<Net, max7800x::fast_fifo_input, max7800x::runs_on_risc_v>::image;
