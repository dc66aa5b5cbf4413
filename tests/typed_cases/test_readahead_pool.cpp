// Pooling and convolution over all groups.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_readahead_pool.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<3, 32, 32>,
    Fused<MaxPool2d<2>, Conv2d<60, kernel<3>, pad<1>, ReLU, place<processors<0x7>, out_offset<0x4000>>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0xd3eff331, .weights = 0x058f8970};

}  // namespace

TYPED_CASE("test-readahead-pool", Net)
