// Difference and bitwise or. The operands are halves of one image, for which the chip takes neighbouring pixels: a
// deployment refuses it.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/mut_multilayer_eltwise_sub.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<4, 20, 20>,
    Conv2d<8, kernel<3>, pad<1>, place<processors<0xf>, out_offset<0x1000>>>,
    Sub<operands<2>, view<8, 20, 10>, place<processors<0xff>, out_offset<0x2000>>>,
    BitwiseOr<operands<2>, view<8, 20, 5>, place<processors<0xff>, out_offset<0x3000>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x21f4076a};

TYPED_CASE_REGISTERS(Net)

}  // namespace
