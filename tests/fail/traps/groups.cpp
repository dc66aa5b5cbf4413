// expect: groups.*not on this part; DepthwiseConv2d<> has a group for every channel
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>, Conv2d<8, kernel<3>, pad<1>, groups<2>, ReLU>> {};

static_assert(fits<Net, max78000>);
