// A convolution in one group.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_burnin_rand_16x64x64.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<16, 64, 64>,
    Conv2d<16, kernel<3>, pad<1>, shift<-7>, place<processors<0xffff>, in_offset<0>, out_offset<0x4000>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0xc7598b47, .weights = 0xf5731fb0};

}  // namespace

TYPED_CASE("test-burnin-rand_16x64x64", Net)
