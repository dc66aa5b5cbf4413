// As many layers as the chip has.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_layers.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<3, 11, 11>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0x2000>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0x2000>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0x2000>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0x2000>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0x2000>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0x2000>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0x2000>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0x2000>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0x2000>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0x2000>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0x2000>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0x2000>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0x2000>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0x2000>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0x2000>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0x2000>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x4414032a, .weights = 0x3ebc0d17};

}  // namespace

TYPED_CASE("test-layers", Net)
