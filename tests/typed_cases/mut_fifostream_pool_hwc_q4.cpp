// Streaming layers with weights of 4 bits.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/mut_fifostream_pool_hwc_q4.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<4, 11, 17>,
    Fused<MaxPool2d<2, stride<1>>, Conv2d<15, kernel<3>, pad<1>, streaming, place<processors<0xf>, out_offset<0x400>>>>,
    Conv2d<7, kernel<3>, pad<1>, bits<4>, streaming, place<processors<0x7fff0>, out_offset<0x800>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x66552a19, .weights = 0x8e143c24};

}  // namespace

TYPED_CASE("mut-fifostream-pool-hwc-q4", Net, max7800x::fifo_input)
