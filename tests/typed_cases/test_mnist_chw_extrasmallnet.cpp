// A small classifier whose input lies channel by channel.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_mnist_chw_extrasmallnet.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<1, 28, 28, chw>,
    Conv2d<8, kernel<3>, pad<1>, ReLU, place<processors<0x1>, out_offset<0x2000>>>,
    Fused<MaxPool2d<2>, Conv2d<8, kernel<3>, pad<2>, ReLU, place<processors<0xff0>, out_offset<0>>>>,
    Fused<MaxPool2d<4>, Conv2d<8, kernel<3>, pad<1>, ReLU, place<processors<0xff0>, out_offset<0x2000>>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x3c343ebf, .weights = 0x8fea651c};

}  // namespace

TYPED_CASE("test-mnist-chw-extrasmallnet", Net)
