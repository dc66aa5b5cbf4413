// The chip pools in front of a convolution.
// expect: \[fused_layers\]
// expect: Fused<.*Conv2d<8
// errors: 1
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<8, 6, 6>, Fused<Conv2d<8, kernel<1>>, MaxPool2d<2>>> {};

constexpr int size = graph_of<Net>().size;
