// Pooling in front of convolutions.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_group0_pool4.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<3, 40, 40>,
    Conv2d<16, kernel<3>, pad<1>, ReLU, place<processors<0x7>, out_offset<0x2000>>>,
    Fused<MaxPool2d<4>, Conv2d<16, kernel<3>, pad<1>, place<processors<0xffff>, out_offset<0x4000>>>>,
    Fused<MaxPool2d<4>, Conv2d<16, kernel<3>, pad<1>, place<processors<0xffff>, out_offset<0x6000>>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x63978aa1, .weights = 0xf1906de9};

}  // namespace

TYPED_CASE("test-group0-pool4", Net)
