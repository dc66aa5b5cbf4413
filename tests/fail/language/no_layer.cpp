// expect-gcc: \[no_layer\] layer 1: this is no layer \(ReLU\); put options and branches between the <> of their layer
// expect-clang: \[no_layer\] this is no layer; put options and branches between the <> of their layer
// expect-clang19: layer 1 \(ReLU\)
// expect-clang14: incuse::facts::layer<1>
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<1>>, ReLU> {};

constexpr auto& graph = graph_of<Net>();
