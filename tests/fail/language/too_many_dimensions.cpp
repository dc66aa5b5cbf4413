// expect-gcc: \[too_many_dimensions\] layer 0: a one-dimensional layer takes one number, not height and width \(kernel<3, 3> in Conv1d\); leave out the second number
// expect-clang: \[too_many_dimensions\] a one-dimensional layer takes one number, not height and width; leave out the second number
// expect-clang19: layer 0 \(kernel<3, 3> in Conv1d\)
// expect-clang14: incuse::facts::layer<0>
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 32>, Conv1d<4, kernel<3, 3>>> {};

constexpr auto& graph = graph_of<Net>();
