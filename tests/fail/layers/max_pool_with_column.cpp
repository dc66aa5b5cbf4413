// expect-gcc: \[unknown_option\] layer 0: this layer does not take this option \(pick_column<1> in MaxPool2d\); leave it out
// expect-clang: \[unknown_option\] this layer does not take this option; leave it out
// expect-clang19: layer 0 \(pick_column<1> in MaxPool2d\)
// expect-clang14: incuse::facts::layer<0>
// errors: 1
#include <incuse/model/network.hpp>

using namespace incuse;

constexpr auto& graph = Network<Input<3, 8, 8>, MaxPool2d<2, pick_column<1>>>::graph;
