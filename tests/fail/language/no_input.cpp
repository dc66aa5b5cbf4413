// expect: \[no_input\] a network begins with its input; put Input<channels, height, width> first
// expect: Conv2d<.*kernel<
// errors: 1
// lines: 200
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>> {};

constexpr auto& graph = graph_of<Net>();
