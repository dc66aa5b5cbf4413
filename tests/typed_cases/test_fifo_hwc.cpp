// Input through FIFOs.
#define TYPED_CASE_PART max78002
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_fifo_hwc.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<4, 8, 8>,
    Conv2d<4, kernel<1>, place<processors<0xf>, out_offset<0x2000>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x60090356, .weights = 0x5c925bbf};

}  // namespace

TYPED_CASE("test-fifo-hwc", Net, max7800x::fifo_input)
