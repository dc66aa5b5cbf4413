// expect: \[unknown_option\] this layer does not take this option; leave it out
// expect: MaxPool2d<.*ReLU.*ReLU
// errors: 1
// lines: 200
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, MaxPool2d<2, ReLU>> {};

constexpr auto& graph = graph_of<Net>();
