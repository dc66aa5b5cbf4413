// A line has no width to pad.
// expect: \[too_many_dimensions\]
// expect: Conv1d<4, .*pad<1, 0>
// errors: 1
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<8, 40>, Conv1d<4, kernel<3>, pad<1, 0>>> {};

constexpr int size = graph_of<Net>().size;
