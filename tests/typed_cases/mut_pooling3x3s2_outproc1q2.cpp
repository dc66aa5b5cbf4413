// Narrow weights and output processors that start inside a block.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/mut_pooling3x3s2_outproc1q2.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<5, 11, 7>,
    Fused<MaxPool2d<3, stride<2>>, Conv2d<13, kernel<3>, pad<1>, bits<2>, ReLU,
        place<processors<0x1f>, output_processors<0x3ffe>, out_offset<0x2000>>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x31aa8242, .weights = 0x0470647d};

}  // namespace

TYPED_CASE("mut-pooling3x3s2-outproc1q2", Net)
