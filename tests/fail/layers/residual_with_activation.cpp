// Options of a residual belong to its sum, which has no activation.
// expect: \[unknown_option\]
// expect: Residual<.*ReLU
// errors: 1
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<8, 6, 6>, Residual<Conv2d<8, kernel<1>>, ReLU>> {};

constexpr int size = graph_of<Net>().size;
