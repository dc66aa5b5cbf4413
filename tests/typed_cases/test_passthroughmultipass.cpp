// A copy of more channels than there are processors.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_passthroughmultipass.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

constexpr ProcessorMap all = 0xffffffffffffffff;

// clang-format off
struct Net : Network<
    Input<127, 12, 12>,
    Identity<place<processors<all>, out_offset<0x2000>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x477e5ef9, .weights = 0x2144df1c};

}  // namespace

TYPED_CASE("test-passthroughmultipass", Net)
