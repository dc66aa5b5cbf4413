// expect: did you mean Conv2d<>.*\?
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2D<4, kernel<3>, pad<1>, ReLU>> {};

static_assert(fits<Net, max78000>);
