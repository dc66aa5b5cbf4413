// expect-clang: \[deep_sleep_core\] only a program on the RISC-V core lets the other one sleep deeply; add runs_on_risc_v, or leave deep_sleep out
// expect-clang14: facts::network.*facts::on<.*max78000>
// expect-gcc: only a program on the RISC-V core lets the other one sleep deeply; add runs_on_risc_v, or leave deep_sleep out
// expect-clang19: the network
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>>> {};

constexpr auto& image = Refused<Net, max7800x::deep_sleep>::image;
