// Only transposed convolutions pad their output.
// expect: \[unknown_option\]
// expect: output_pad<1>
// errors: 1
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<8, 40>, Conv1d<4, kernel<3>, output_pad<1>>> {};

constexpr int size = graph_of<Net>().size;
