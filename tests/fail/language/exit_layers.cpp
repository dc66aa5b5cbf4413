// expect-clang: \[exit_layers\] an early exit tests the output of its layers, one tensor; put a classifier behind the condition
// expect-gcc: layer 0: an early exit tests the output of its layers, one tensor \(EarlyExit\); put a classifier
// expect-clang19: layer 0 \(EarlyExit\)
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<4, 1, 1>, EarlyExit<any_at_least<40>>, Linear<10>> {};

constexpr auto& graph = graph_of<Net>();
