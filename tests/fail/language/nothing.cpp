// expect: \[no_input\] a network begins with its input; put Input<channels, height, width> first
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<> {};

constexpr auto& image = Refused<Net>::image;
