// Conv1d, dilated within nine taps.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/mut_conv1d_3_dil4.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<3, 28>,
    Conv1d<64, kernel<3>, dilation<4>, place<processors<0x7000>, out_offset<0x2000>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x24e0d604, .weights = 0x3dc66c34};

}  // namespace

TYPED_CASE("mut-conv1d-3-dil4", Net)
