// A sum fused with a convolution.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_eltwiseadd_combined_conv_avgpool.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<8, 12, 12>,
    Fused<Add<operands<2>>, Conv2d<4, kernel<1>, place<processors<0xf>, out_offset<0x2000>>>>,
    AvgPool2d<2, place<processors<0xf>, out_offset<0x4000>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x86b1f585, .weights = 0xac484845};

}  // namespace

TYPED_CASE("test-eltwiseadd-combined-conv-avgpool", Net)
