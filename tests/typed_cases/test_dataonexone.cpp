// A convolution on 1x1 data.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_dataonexone.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<11, 1>,
    Conv2d<10, kernel<3>, pad<1>, place<processors<0x7ff>, out_offset<0x2000>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x832d2312, .weights = 0x3b1bee69};

}  // namespace

TYPED_CASE("test-dataonexone", Net)
