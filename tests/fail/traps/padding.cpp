// expect: did you mean pad<>.*\?
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, padding<1>, ReLU>> {};

static_assert(fits<Net, max78000>);
