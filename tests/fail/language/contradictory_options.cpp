// expect-gcc: \[contradictory_options\] layer 0: a wide output is the bare accumulator: it takes no ReLU and no Abs \(Conv2d\); leave one out
// expect-clang: \[contradictory_options\] a wide output is the bare accumulator: it takes no ReLU and no Abs; leave one out
// expect-clang19: layer 0 \(Conv2d\)
// expect-clang14: incuse::facts::layer<0>
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, wide, ReLU>> {};

constexpr auto& graph = graph_of<Net>();
