// A buffer is neither read nor written as a layer is: only its processors and its offset can be given.
// expect: \[unknown_option\].*
// expect: RollingBuffer<.*in_offset<4096>
// expect: RollingBuffer<.*write_gap<3>
// expect: RollingBuffer<.*tcalc
// expect: RollingBuffer<.*bias_groups<1>
// expect: RollingBuffer<.*output_processors<
// errors: 5
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<4, 1, 1>,
                     RollingBuffer<4, 6,
                                   place<processors<0xf0>, in_offset<0x1000>, write_gap<3>, tcalc, bias_groups<1>,
                                         output_processors<0xf>, out_offset<0x1000>>>,
                     Conv2d<4, kernel<1>>, ShiftBuffer<1>, Conv2d<4, kernel<1>, buffer_insert<1>>> {};

constexpr auto& graph = graph_of<Net>();
