// expect: \[contradictory_options\] a wide output is the bare accumulator: it takes no ReLU and no Abs; leave one out
// expect: Conv2d<.*kernel<.*wide.*ReLU
// errors: 1
// lines: 200
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, wide, ReLU>> {};

constexpr auto& graph = graph_of<Net>();
