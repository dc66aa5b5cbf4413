// Pooling alone.
#define TYPED_CASE_PART max78002
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_passthrough_pool.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<3, 11, 11>,
    MaxPool2d<2, place<processors<0x7>, out_offset<0x2000>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x1dfea31f, .weights = 0x2144df1c};

}  // namespace

TYPED_CASE("test-passthrough-pool", Net)
