// Pooling has no activation.
// expect: \[unknown_option\]
// expect: MaxPool1d<.*ReLU
// errors: 1
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<8, 40>, MaxPool1d<2, ReLU>> {};

constexpr int size = graph_of<Net>().size;
