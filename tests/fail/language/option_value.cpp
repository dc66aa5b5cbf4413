// expect-gcc: \[option_value\] layer 0: the value of this option is out of its range \(bits<3> in Conv2d; allowed: 1, 2, 4 or 8\); correct it
// expect-clang: \[option_value\] the value of this option is out of its range; correct it
// expect-clang19: layer 0 \(bits<3> in Conv2d;
// expect-clang14: incuse::facts::layer<0>
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, bits<3>>> {};

constexpr auto& graph = graph_of<Net>();
