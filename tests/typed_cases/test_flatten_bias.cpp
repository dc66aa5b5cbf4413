// Flatten with a bias.
#define TYPED_CASE_PART max78002
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_flatten_bias.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<3, 64, 64>,
    Fused<MaxPool2d<16, stride<8>>, Conv2d<1, kernel<3>, pad<1>, bias, place<processors<0x7>, out_offset<0>>>>,
    Flatten,
    Linear<3, bias, wide, place<processors<0x10>, out_offset<0x1000>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0xde6c02d7, .weights = 0x0dac8a6d, .bias = 0xe9924cf6};

}  // namespace

TYPED_CASE("test-flatten-bias", Net)
