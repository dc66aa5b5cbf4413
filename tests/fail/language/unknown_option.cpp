// expect-gcc: \[unknown_option\] layer 0: this layer does not take this option \(ReLU in MaxPool2d\); leave it out
// expect-clang: \[unknown_option\] this layer does not take this option; leave it out
// expect-clang19: layer 0 \(ReLU in MaxPool2d\)
// expect-clang14: incuse::facts::layer<0>
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, MaxPool2d<2, ReLU>> {};

constexpr auto& graph = graph_of<Net>();
