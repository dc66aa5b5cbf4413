// expect-clang: \[exit_layers\] an early exit tests the output of its layers, one tensor; put a classifier behind the condition
// expect-gcc: \[exit_layers\] layer 2: an early exit tests the output of its layers, one tensor; put a classifier behind the condition
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net
    : Network<Input<4, 1, 1>, EarlyExit<any_at_least<40>, Concat<Branch<Linear<4>>, Branch<Linear<4>>>>, Linear<10>> {};

constexpr auto& graph = graph_of<Net>();
