// expect-clang: \[fast_fifo_processors\] the fast FIFO feeds the first group only; use processors 0-3, for a CHW input 0, or the standard FIFOs
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::needs<16, 19>.*facts::has<0, 3>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): the fast FIFO feeds the first group only: needs 16 to 19, the FIFO has 0 to 3; use processors 0-3, for a CHW input 0, or the standard FIFOs
// expect-clang19: layer 0 \(conv1\): needs 16 to 19, the FIFO has 0 to 3
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<
          Input<4, 8, 8>,
          Conv2d<4, kernel<3>, pad<1>,
                 place<processors<0xf0000>, output_processors<0xf>, in_offset<0>, out_offset<0x1000>>, as<"conv1">>> {};

constexpr auto& image = Refused<Net, max7800x::fast_fifo_input, max7800x::runs_on_risc_v>::image;
