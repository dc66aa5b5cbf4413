// A picture with other numbers of rows and columns, averages rounded.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/mut_nonsquare_rnd03.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<4, 11, 17, chw>,
    Fused<AvgPool2d<1, stride<2>>, Conv2d<15, kernel<3>, pad<2>, ReLU,
        place<processors<0x1000100010001>, out_offset<0x4000>>>>,
    Conv2d<7, kernel<3>, pad<1>, place<processors<0xfffe>, out_offset<0x800>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x02de40e3, .weights = 0x9ae1d5e7};

}  // namespace

TYPED_CASE("mut-nonsquare-rnd03", Net, max7800x::average_pool_rounding)
