// A trained classifier with flatten and a wide output.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/net_mnist_chw_extrasmall_ai85.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<1, 28, 28, chw>,
    Conv2d<8, kernel<3>, pad<1>, shift<1>, ReLU, place<processors<0x1>, out_offset<0x2000>>>,
    Fused<MaxPool2d<2>, Conv2d<8, kernel<3>, pad<2>, ReLU, place<processors<0xff0>, out_offset<0>>>>,
    Fused<MaxPool2d<4>, Conv2d<8, kernel<3>, pad<1>, shift<1>, ReLU, place<processors<0xff0>, out_offset<0x2000>>>>,
    Flatten,
    Linear<10, bias, wide, place<processors<0xff0>, out_offset<0>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x8ebadc53, .weights = 0x52067124, .bias = 0x49c3ac4e};

}  // namespace

TYPED_CASE("net-mnist-chw-extrasmall-ai85", Net)
