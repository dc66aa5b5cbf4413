// Two branches of 128 channels, added.
#define TYPED_CASE_PART max78002
#define TYPED_CASE_PARAMETERS <typed_case_parameters/test_mpadd_128.hpp>
#include "typed_case.hpp"

namespace {

using namespace incuse;

constexpr ProcessorMap all = 0xffffffffffffffff;

// clang-format off
struct Net : Network<
    Input<3, 5, 7>,
    Conv2d<64, kernel<1>, place<processors<0x7>, output_processors<all>, out_offset<0x1000>>>,
    Add<Branch<Conv2d<128, kernel<1>,
            place<processors<all>, output_processors<all>, in_offset<0x1000>, out_offset<0x2000>, write_gap<1>>>>,
        Branch<Conv2d<128, kernel<1>,
            place<processors<all>, output_processors<all>, in_offset<0x1000>, out_offset<0x2004>, write_gap<1>>>>,
        place<processors<all>, output_processors<all>, in_offset<0x2000>, out_offset<0x3000>>>> {};
// clang-format on

constexpr typed_cases::Golden golden{.registers = 0x6b17ae90, .weights = 0x5d8a6dc9};

}  // namespace

TYPED_CASE("test-mpadd-128", Net)
