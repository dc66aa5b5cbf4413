// A 1x1 convolution.
#define TYPED_CASE_PART max78002
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_conv2dk1x1_b.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<5, 11, 11>,
    Conv2d<2, kernel<1>, place<processors<0x1f>, out_offset<0x2000>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x7b53b780, .weights = 0x3829c6a6};

}  // namespace

TYPED_CASE("test-conv2dk1x1-b", Net)
