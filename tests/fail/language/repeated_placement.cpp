// expect-gcc: \[option_value\] layer 0: the value of this option is out of its range \(place<processors<15>, processors<3> > in Conv2d; allowed: each kind of item once\); correct it
// expect-clang: \[option_value\] the value of this option is out of its range; correct it
// expect-clang19: layer 0 \(place<processors<15>, processors<3>>
// expect-clang14: incuse::facts::layer<0>
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>, Conv2d<4, kernel<1>, place<processors<15>, processors<3>>>> {};

constexpr auto size = graph_of<Net>().size;
