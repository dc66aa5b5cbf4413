// expect: \[option_value\] the value of this option is out of its range; correct it
// expect: Conv2d<.*kernel<.*bits<.*bits<
// errors: 1
// lines: 200
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, bits<3>>> {};

constexpr auto& graph = graph_of<Net>();
