// Conv1d with weights of 1, 2, 4 and 8 bits, not packed.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_conv1d_multilayer_q1248_nomexpress.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<3, 121>,
    Conv1d<3, kernel<9>, bits<4>, shift<-3>, place<processors<0x7>, out_offset<0x2000>>>,
    Conv1d<3, kernel<8>, bits<2>, shift<-4>, place<processors<0x7>, out_offset<0>>>,
    Conv1d<3, kernel<7>, place<processors<0x7>, out_offset<0x2000>>>,
    Conv1d<3, kernel<6>, bits<4>, shift<-3>, place<processors<0x7>, out_offset<0>>>,
    Conv1d<3, kernel<5>, bits<2>, shift<2>, place<processors<0x7>, out_offset<0x2000>>>,
    Conv1d<3, kernel<4>, bits<4>, shift<-3>, place<processors<0x7>, out_offset<0>>>,
    Conv1d<3, kernel<3>, place<processors<0x7>, out_offset<0x2000>>>,
    Conv1d<3, kernel<2>, bits<4>, place<processors<0x7>, out_offset<0>>>,
    Conv1d<3, kernel<1>, bits<2>, shift<-1>, place<processors<0x7>, out_offset<0x2000>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x916d768d, .weights = 0xb02cc3c0};

}  // namespace

TYPED_CASE("test-conv1d-multilayer-q1248__nomexpress", Net, max7800x::plain_weights)
