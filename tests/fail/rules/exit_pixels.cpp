// expect-clang: \[exit_pixels\] an early exit tests the channels of one pixel; end its layers in a Linear layer, or pool the whole map
// expect-clang14: facts::layer<0>.*facts::needs<1, 1>.*facts::has<4, 4>
// expect-gcc: layer 0: an early exit tests the channels of one pixel: needs 1x1, the output has 4x4; end its layers
// expect-clang19: layer 0: needs 1x1, the output has 4x4
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>, EarlyExit<at_least<0, 40>, MaxPool2d<2>>, Flatten, Linear<10>> {};

constexpr auto& image = RefusedOn<max78002, Net>::image;
