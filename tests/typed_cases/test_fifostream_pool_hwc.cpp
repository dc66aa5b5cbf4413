// Two streaming layers behind a FIFO.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_fifostream_pool_hwc.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<4, 11, 17>,
    Fused<MaxPool2d<2, stride<1>>, Conv2d<15, kernel<3>, pad<1>, streaming, place<processors<0xf>, out_offset<0x400>>>>,
    Conv2d<7, kernel<3>, pad<1>, streaming, place<processors<0x7fff0>, out_offset<0x800>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0xe4884560, .weights = 0x81c3b217};

}  // namespace

TYPED_CASE("test-fifostream-pool-hwc", Net, max7800x::fifo_input)
