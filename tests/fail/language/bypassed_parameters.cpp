// expect-gcc: \[bypassed_parameters\] layer 0: a bypassed kernel has no parameters: it takes no bias and no BatchNorm2d \(Conv2d\); leave one out
// expect-clang: \[bypassed_parameters\] a bypassed kernel has no parameters: it takes no bias and no BatchNorm2d; leave one out
// expect-clang19: layer 0 \(Conv2d\)
// expect-clang14: incuse::facts::layer<0>
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, bypass, bias>> {};

constexpr auto& graph = graph_of<Net>();
