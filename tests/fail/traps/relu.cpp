// expect: relu.* is unavailable: did you mean ReLU\?
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>, relu>> {};

static_assert(fits<Net, max78000>);
