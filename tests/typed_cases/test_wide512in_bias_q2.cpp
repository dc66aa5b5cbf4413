// Narrow weights over eight passes.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_wide512in_bias_q2.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

constexpr ProcessorMap all = 0xffffffffffffffff;

// clang-format off
struct Net : Network<
    Input<512, 11, 11>,
    Conv2d<1, kernel<3>, bits<2>, shift<-4>, bias, place<processors<all>, out_offset<0x2000>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x584bf10c, .weights = 0x2789143e, .bias = 0xdcd967bf};

}  // namespace

TYPED_CASE("test-wide512in-bias-q2", Net)
