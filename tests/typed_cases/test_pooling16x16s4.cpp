// The largest pooling window.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_pooling16x16s4.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<3, 65, 65>,
    Fused<MaxPool2d<16, stride<4>>, Conv2d<32, kernel<3>, pad<1>, ReLU,
        place<processors<0x7>, out_offset<0x4400>>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x3611b23a, .weights = 0x997777ce};

}  // namespace

TYPED_CASE("test-pooling16x16s4", Net)
