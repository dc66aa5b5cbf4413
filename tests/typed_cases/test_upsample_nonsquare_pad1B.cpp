// A transposed convolution.
#define TYPED_CASE_PART max78002
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_upsample_nonsquare_pad1B.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<3, 6, 8>,
    ConvTranspose2d<4, kernel<3>, pad<1>, wide, place<processors<0x7>, out_offset<0x2000>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0xb3a89ec4, .weights = 0x35de6d21};

}  // namespace

TYPED_CASE("test-upsample-nonsquare-pad1B", Net)
