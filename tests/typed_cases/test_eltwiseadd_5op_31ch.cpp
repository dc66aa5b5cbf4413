// The sum of five tensors.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_eltwiseadd_5op_31ch.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<155, 12, 12>,
    Add<operands<5>, place<processors<0x7fffffff>, out_offset<0x2000>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0xe916210f, .weights = 0x2144df1c};

}  // namespace

TYPED_CASE("test-eltwiseadd-5op-31ch", Net)
