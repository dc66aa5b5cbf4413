// expect-gcc: \[no_input\] a network begins with its input \(Conv2d<4, kernel<1> >\); put Input<channels, height, width> first
// expect-clang: \[no_input\] a network begins with its input; put Input<channels, height, width> first
// expect-clang19: the network \(Conv2d<4, kernel<1>>\)
// expect-clang14: incuse::facts::network
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>> {};

constexpr auto& graph = graph_of<Net>();
