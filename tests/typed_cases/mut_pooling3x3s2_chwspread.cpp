// A channel-by-channel input over distant processors.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/mut_pooling3x3s2_chwspread.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<5, 11, 7, chw>,
    Fused<MaxPool2d<3, stride<2>>, Conv2d<13, kernel<3>, pad<1>, ReLU,
        place<processors<0x11111>, out_offset<0x2000>>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0xa0f7f2cf, .weights = 0x35a824a9};

}  // namespace

TYPED_CASE("mut-pooling3x3s2-chwspread", Net)
