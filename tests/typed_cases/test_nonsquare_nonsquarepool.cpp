// A pooling window with other numbers of rows and columns.
#define TYPED_CASE_PART max78002
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_nonsquare_nonsquarepool.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<5, 11, 7>,
    Fused<MaxPool2d<Window{2, 3}, stride<3>>, Conv2d<3, kernel<3>, pad<1>,
        place<processors<0x1f>, out_offset<0x2000>>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0xb1ed0c0d, .weights = 0xd9e13f0b};

}  // namespace

TYPED_CASE("test-nonsquare-nonsquarepool", Net)
