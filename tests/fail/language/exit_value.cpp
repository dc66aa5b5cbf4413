// expect-clang: \[option_value\] the value of this option is out of its range; correct it
// expect-gcc: layer 1: the value of this option is out of its range \(any_at_least<0>; allowed: 1 to 127\); correct it
// expect-clang19: layer 1 \(any_at_least<0>;
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<4, 1, 1>, EarlyExit<any_at_least<0>, Linear<10>>, Linear<10>> {};

constexpr auto& graph = graph_of<Net>();
