// Difference and exclusive or.
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

constexpr typed_cases::Golden golden{.registers = 0x21f4076a, .weights = 0xf68248b6};

}  // namespace

TYPED_CASE("mut-multilayer-eltwise-sub", Net)
