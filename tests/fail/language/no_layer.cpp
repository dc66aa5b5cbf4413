// expect: \[no_layer\] this is no layer; put options and branches between the <> of their layer
// expect: ReLU
// errors: 1
// lines: 200
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<1>>, ReLU> {};

constexpr auto& graph = graph_of<Net>();
