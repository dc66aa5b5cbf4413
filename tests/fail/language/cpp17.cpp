// An older C++ is one error that says so, and one that ends the compilation.
// expect: Incuse is written in C\+\+20: compile with -std=c\+\+20
// flags: -std=c++17
// errors: 2
// lines: 5
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 32, 32>, Conv2d<16, kernel<3>, pad<1>>> {};

static_assert(fits<Net, max78000>);
