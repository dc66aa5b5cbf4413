// expect: did you mean Linear<>.*\?
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>, ReLU>, Flatten, Dense<3>> {};

static_assert(fits<Net, max78000>);
