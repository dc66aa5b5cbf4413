// An output with gaps between its words.
#define TYPED_CASE_PART max78002
#define TYPED_CASE_PARAMETERS <typed_case_parameters/mut_pooling3x3s2_writegap3.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<5, 11, 7>,
    Fused<MaxPool2d<3, stride<2>>, Conv2d<13, kernel<3>, pad<1>, ReLU,
        place<processors<0x1f>, out_offset<0x2000>, write_gap<3>>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x20f66512, .weights = 0x82227dfc};

}  // namespace

TYPED_CASE("mut-pooling3x3s2-writegap3", Net)
