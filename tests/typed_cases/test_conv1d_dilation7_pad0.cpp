// Conv1d, dilated beyond nine taps: it runs in two dimensions.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_conv1d_dilation7_pad0.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<5, 211>,
    Conv1d<11, kernel<3>, dilation<7>, place<processors<0x1f>, out_offset<0x2000>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x834c8df5, .weights = 0xcfab64ad};

}  // namespace

TYPED_CASE("test-conv1d-dilation7-pad0", Net)
