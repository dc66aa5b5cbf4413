// A bias in chosen groups.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/mut_pooling3x3s2_biasq13.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<5, 11, 7>,
    Fused<MaxPool2d<3, stride<2>>, Conv2d<13, kernel<3>, pad<1>, bias, ReLU,
        place<processors<0x1f>, out_offset<0x2000>, bias_groups<0>>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x1e8c64ca, .weights = 0x218370d5, .bias = 0xb96db3a3};

}  // namespace

TYPED_CASE("mut-pooling3x3s2-biasq13", Net)
