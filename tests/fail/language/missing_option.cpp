// expect-gcc: \[missing_option\] layer 0: a convolution needs a kernel \(Conv2d\); add kernel<3> or kernel<1>
// expect-clang: \[missing_option\] a convolution needs a kernel; add kernel<3> or kernel<1>
// expect-clang19: layer 0 \(Conv2d\)
// expect-clang14: incuse::facts::layer<0>
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, ReLU>> {};

constexpr auto& graph = graph_of<Net>();
