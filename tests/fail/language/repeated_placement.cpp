// expect: \[option_value\] the value of this option is out of its range
// expect: place<.*processors<15>.*processors<3>
// errors: 1
// lines: 200
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>, Conv2d<4, kernel<1>, place<processors<15>, processors<3>>>> {};

constexpr auto size = graph_of<Net>().size;
