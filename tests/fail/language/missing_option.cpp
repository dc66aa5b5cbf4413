// expect: \[missing_option\] a convolution needs a kernel; add kernel<3> or kernel<1>
// expect: Conv2d<.*ReLU
// errors: 1
// lines: 200
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, ReLU>> {};

constexpr auto& graph = graph_of<Net>();
