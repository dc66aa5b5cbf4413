// Binary weights.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_negate.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

constexpr ProcessorMap all = 0xffffffffffffffff;

// clang-format off
struct Net : Network<
    Input<64, 11, 11>,
    Conv2d<64, kernel<1>, bits<1>, place<processors<all>, out_offset<0x4000>>>,
    Conv2d<64, kernel<1>, bits<1>, ReLU, place<processors<all>, out_offset<0>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x62a34fd8, .weights = 0xe85b3e30, .shared_weights = true};

}  // namespace

TYPED_CASE("test-negate", Net)
