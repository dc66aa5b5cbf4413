// Flatten with weights of 4 bits.
#define TYPED_CASE_PARAMETERS <typed_case_parameters/mut_mlpflatten192to10_q4.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<12, 4, 4>,
    Flatten,
    Linear<10, bits<4>, place<processors<0xfff>, out_offset<0x2000>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0xd3dd1f80, .weights = 0xd01f4497};

}  // namespace

TYPED_CASE("mut-mlpflatten192to10-q4", Net)
