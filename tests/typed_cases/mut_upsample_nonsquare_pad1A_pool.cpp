// Pooling fused with a transposed convolution.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/mut_upsample_nonsquare_pad1A_pool.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<3, 5, 7>,
    Fused<MaxPool2d<2>, ConvTranspose2d<4, kernel<3>, pad<1>, place<processors<0x7>, out_offset<0x2000>>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0xf28a1913, .weights = 0x273fe06e};

}  // namespace

TYPED_CASE("mut-upsample-nonsquare-pad1A-pool", Net)
