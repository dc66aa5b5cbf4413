// Pooling and convolution over all groups.
#define TYPED_CASE_PART max78002
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_readahead_pool.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<3, 32, 32>,
    Fused<MaxPool2d<2>, Conv2d<60, kernel<3>, pad<1>, ReLU, place<processors<0x7>, out_offset<0x4000>>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x682db7ef, .weights = 0x7c6bf9c7};

}  // namespace

TYPED_CASE("test-readahead-pool", Net)
