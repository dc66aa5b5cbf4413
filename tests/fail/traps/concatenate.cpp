// expect: did you mean Concat<>.*\?
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Concatenate<Branch<Conv2d<4, kernel<1>>>, Branch<Conv2d<4, kernel<3>, pad<1>>>>,
                     Conv2d<4, kernel<1>>> {};

static_assert(fits<Net, max78000>);
