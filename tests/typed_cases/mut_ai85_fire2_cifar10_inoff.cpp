// A fire module: one layer squeezes, two branches expand and are read as one tensor. As in the reference, the layer
// behind reads at another offset than they write.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/mut_ai85_fire2_cifar10_inoff.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<3, 32, 32>,
    FusedAvgPoolConv2dReLU<2, kernel<1>, place<processors<0x7>, in_offset<0x1000>, out_offset<0>>>,
    Concat<
        Branch<FusedConv2dReLU<4, kernel<1>,
            place<processors<0x30>, output_processors<0x0f00>, in_offset<0>, out_offset<0x1000>>>>,
        Branch<FusedConv2dReLU<4, kernel<3>, pad<1>,
            place<processors<0x30>, output_processors<0xf000>, in_offset<0>, out_offset<0x1000>>>>>,
    MaxPool2d<2, place<processors<0xff00>, in_offset<0x1400>, out_offset<0>>>,
    MaxPool2d<2, place<processors<0xff00>, out_offset<0x1000>>>,
    Flatten,
    Linear<10, wide, place<processors<0xff00>, out_offset<0>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x0c0a75a3};

TYPED_CASE_REGISTERS(Net)

}  // namespace
