// The sum of two tensors, pooled.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_eltwiseadd_poolafter_avg.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<16, 17, 17>,
    Fused<Add<operands<2>>, AvgPool2d<2, place<processors<0xff>, out_offset<0x2000>>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x00375ec3, .weights = 0x2144df1c};

}  // namespace

TYPED_CASE("test-eltwiseadd-poolafter-avg", Net)
