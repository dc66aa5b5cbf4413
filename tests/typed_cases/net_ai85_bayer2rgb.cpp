// A trained network of 1x1 convolutions behind a FIFO.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/net_ai85_bayer2rgb.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<4, 45, 45>,
    Conv2d<3, kernel<1>, place<processors<0xf>, output_processors<0x70000>, out_offset<0>>>,
    ConvTranspose2d<3, kernel<3>, pad<1>,
        place<processors<0x70000>, output_processors<0x7000000000000>, out_offset<0>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7000000000000>, output_processors<0x7>, out_offset<0>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x657e4c6e, .weights = 0xf695d5e4};

}  // namespace

TYPED_CASE("net-ai85-bayer2rgb", Net, max7800x::fifo_input)
