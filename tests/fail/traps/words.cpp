// Layers and options that have no counterpart.
// expect: Dropout.*leave it out: only training needs it
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>, Conv2d<8, kernel<3>, pad<1>>, Dropout<25>, Flatten, Linear<10>> {};

static_assert(fits<Net, max78000>);
