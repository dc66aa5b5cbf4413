// expect-gcc: \[repeated_option\] layer 0: this layer is given two options of one kind \(activation in Conv2d\); leave one out
// expect-clang: \[repeated_option\] this layer is given two options of one kind; leave one out
// expect-clang19: layer 0 \(activation in Conv2d\)
// expect-clang14: incuse::facts::layer<0>
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, ReLU, Abs>> {};

constexpr auto& graph = graph_of<Net>();
