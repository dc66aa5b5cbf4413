// expect-clang: \[exit_layers\] an early exit tests the output of its layers, one tensor; put a classifier behind the condition
// expect-gcc: \[exit_layers\] layer 0: an early exit tests the output of its layers, one tensor; put a classifier behind the condition
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<4, 1, 1>, ExitIf<any_at_least<40>>, Linear<10, from<"input">>> {};

constexpr auto& graph = graph_of<Net>();
