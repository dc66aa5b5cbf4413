// Conv1d, dilated and padded.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/mut_conv1d_dilation4_pad1_dil3.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<5, 211>,
    Conv1d<11, kernel<3>, pad<1>, dilation<3>, place<processors<0x1f>, in_offset<0x4>, out_offset<0x2000>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x192e2bbf, .weights = 0x506c7539};

}  // namespace

TYPED_CASE("mut-conv1d-dilation4-pad1-dil3", Net)
