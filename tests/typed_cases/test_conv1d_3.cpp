// Conv1d.
#define TYPED_CASE_PART max78002
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_conv1d_3.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<3, 28>,
    Conv1d<64, kernel<3>, pad<1>, place<processors<0x7000>, out_offset<0x2000>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x66af436f, .weights = 0x2a972b1a};

}  // namespace

TYPED_CASE("test-conv1d-3", Net)
