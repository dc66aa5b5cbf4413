// A trained classifier in the names of the vendor's modules, with wait states.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/net_mnist_chw_ai85_readysel.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<1, 28, 28, chw>,
    FusedConv2dReLU<60, kernel<3>, pad<1>, shift<-1>, place<processors<0x1>, out_offset<0x2000>>>,
    FusedMaxPoolConv2dReLU<60, kernel<3>, pad<2>, shift<-2>, place<processors<0xfffffffffffffff0>, out_offset<0>>>,
    FusedMaxPoolConv2dReLU<56, kernel<3>, pad<1>, shift<-2>, place<processors<0xfffffffffffffff0>, out_offset<0x2000>>>,
    FusedAvgPoolConv2dReLU<12, kernel<3>, pad<1>, shift<-1>, place<processors<0x0ffffffffffffff0>, out_offset<0>>>,
    Flatten,
    Linear<10, bias, wide, place<processors<0xfff>, out_offset<0x1000>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x0e803e2a, .weights = 0x999e9e1f, .bias = 0x95a1552c};

}  // namespace

TYPED_CASE("net-mnist-chw-ai85__readysel", Net,
           max7800x::ready_selection<3>, max7800x::fifo_ready_selection<2>, max7800x::always_on_ready_selection<1>)
