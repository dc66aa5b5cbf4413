// expect-clang: \[fast_fifo_core\] only the RISC-V core reaches the fast FIFO; add runs_on_risc_v, or use the standard FIFOs
// expect-clang14: facts::network.*facts::on<.*max78000>
// expect-gcc: only the RISC-V core reaches the fast FIFO; add runs_on_risc_v, or use the standard FIFOs
// expect-clang19: the network
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>, Conv2d<4, kernel<3>, pad<1>>> {};

constexpr auto& image = Refused<Net, max7800x::fast_fifo_input>::image;
