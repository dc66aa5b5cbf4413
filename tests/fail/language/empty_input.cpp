// expect-clang: \[empty_input\] an input has at least one channel, row and column; correct its size
// expect-clang14: facts::network
// expect-gcc: an input has at least one channel, row and column; correct its size
// expect-clang19: the network
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 0, 8>, Conv2d<4, kernel<1>>> {};

constexpr auto& graph = graph_of<Net>();
