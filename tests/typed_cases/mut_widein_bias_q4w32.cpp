// Weights of 4 bits over two passes, wide output.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/mut_widein_bias_q4w32.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<79, 11, 11>,
    Conv2d<1, kernel<3>, bits<4>, bias, wide, place<processors<0xffffffffff>, out_offset<0x2000>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0xfd0ce488, .weights = 0x52534a44, .bias = 0xdcd967bf};

}  // namespace

TYPED_CASE("mut-widein-bias-q4w32", Net)
