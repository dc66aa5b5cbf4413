// Streaming layers behind the quad fast FIFO.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_fifostream_expandcontract_fastfifoquad.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

constexpr ProcessorMap all = 0xffffffffffffffff;

// clang-format off
struct Net : Network<
    Input<3, 32, 32>,
    Conv2d<128, kernel<3>, pad<1>, streaming, place<processors<0x7>, out_offset<0x1000>>>,
    Fused<MaxPool2d<2>, Conv2d<8, kernel<3>, pad<1>, shift<-5>, streaming, place<processors<all>, out_offset<0x3000>>>>,
    Fused<MaxPool2d<2>, Conv2d<64, kernel<3>, pad<1>, shift<-2>, streaming,
        place<processors<0xff>, out_offset<0x4000>>>>,
    Conv2d<3, kernel<3>, pad<1>, shift<-2>, streaming, place<processors<all>, out_offset<0x5000>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0xaad93619, .weights = 0x4673ebe2};

}  // namespace

TYPED_CASE("test-fifostream-expandcontract__fastfifoquad", Net,
           max7800x::quad_fast_fifo_input, max7800x::runs_on_risc_v)
