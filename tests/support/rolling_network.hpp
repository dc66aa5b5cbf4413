// The parts of a network with a rolling buffer, for tests that replace one part by another.
#pragma once

#include <support/refused.hpp>

namespace incuse::rolling {

using Image = Input<4, 3, 3>;
using Buffer = RollingBuffer<8, 5, place<processors<0xff00>, out_offset<0x6000>>>;
using First =
    Conv2d<4, kernel<3>, pad<1>, as<"a">, place<processors<0xf>, output_processors<0xf0>, out_offset<0x1000>>>;
using Shift = ShiftBuffer<1, place<processors<0xff00>>>;
using Insert = Conv2d<8, kernel<3>, buffer_insert<1>, place<processors<0xf0>, in_offset<0x1000>>>;
using Reader = Conv1d<4, kernel<3>, from<"buffer">, place<processors<0xff00>, out_offset<0x2000>>>;

}  // namespace incuse::rolling
