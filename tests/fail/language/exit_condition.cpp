// expect-clang: \[exit_condition\] an early exit begins with its condition; write EarlyExit<any_at_least<40>, layers>, or at_least<channel, value>
// expect-gcc: layer 1: an early exit begins with its condition \(Linear<10>\); write EarlyExit<any_at_least<40>, layers>, or at_least<channel, value>
// expect-clang19: layer 1 \(Linear<10>\)
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<4, 1, 1>, EarlyExit<Linear<10>, Linear<10>>, Linear<10>> {};

constexpr auto& graph = graph_of<Net>();
