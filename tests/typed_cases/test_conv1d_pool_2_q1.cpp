// Conv1d behind pooling, weights of 1 bit.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_conv1d_pool_2_q1.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<4, 21>,
    Fused<MaxPool1d<2>, Conv1d<17, kernel<2>, bits<1>, shift<-7>, place<processors<0x1111>, out_offset<0x2000>>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x0adefd79, .weights = 0x1e03c2df};

}  // namespace

TYPED_CASE("test-conv1d-pool-2-q1", Net)
