// expect: \[too_many_dimensions\] a one-dimensional layer takes one number, not height and width; leave out the second number
// expect: Conv1d<.*kernel<.*kernel<
// errors: 1
// lines: 200
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 32>, Conv1d<4, kernel<3, 3>>> {};

constexpr auto& graph = graph_of<Net>();
