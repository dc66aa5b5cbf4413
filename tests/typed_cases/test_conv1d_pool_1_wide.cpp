// Conv1d behind pooling, wide output.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_conv1d_pool_1_wide.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<2, 21>,
    Fused<MaxPool1d<2>, Conv1d<97, kernel<1>, place<processors<0x3>, out_offset<0x2000>>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0xf9f42f99, .weights = 0x2362b963};

}  // namespace

TYPED_CASE("test-conv1d-pool-1-wide", Net)
