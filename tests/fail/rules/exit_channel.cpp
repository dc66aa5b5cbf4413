// expect-clang: \[exit_channel\] an early exit tests a channel that its layers do not have; correct the channel
// expect-clang14: facts::layer<0>.*facts::needs<10>.*facts::has<5>
// expect-gcc: layer 0: an early exit tests a channel that its layers do not have: needs 10 channels, the output has 5 channels; correct
// expect-clang19: layer 0: needs 10 channels, the output has 5 channels
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 1, 1>, EarlyExit<at_least<9, 40>, Linear<5>>, Linear<10>> {};

constexpr auto& image = RefusedOn<max78002, Net>::image;
