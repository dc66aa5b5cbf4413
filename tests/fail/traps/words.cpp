// Layers and options that have no counterpart.
// expect: Dropout.*leave it out: only training needs it
// expect: activation.*write the activation itself, such as ReLU
// expect: did you mean Linear<>.*\?
// errors: 3
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>, Conv2d<8, kernel<3>, pad<1>, activation<ReLU>>, Dropout<25>, Flatten, Dense<10>> {
};

static_assert(fits<Net, max78000>);
