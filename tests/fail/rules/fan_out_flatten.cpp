// expect-clang: \[fan_out_flatten\] groups that take turns compute a channel from one value of each processor: they cannot flatten
// expect-clang14: facts::layer<0>.*facts::name<'f', 'c'>.*facts::needs<2, 3>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(fc\): groups that take turns .*: needs 2x3; use the standard FIFOs
// expect-clang19: layer 0 \(fc\): needs 2x3
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 2, 3>, Flatten, Linear<4, as<"fc">>> {};

constexpr auto& image = Refused<Net, max7800x::quad_fast_fifo_input, max7800x::runs_on_risc_v>::image;
