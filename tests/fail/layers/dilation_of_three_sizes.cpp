// Two directions, two numbers.
// expect: \[option_value\]
// expect: dilation<1, 1, 1>
// errors: 1
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<8, 6, 6>, MaxPool2d<2, dilation<1, 1, 1>>> {};

constexpr int size = graph_of<Net>().size;
