// expect: \[exit_condition\] an early exit begins with its condition; write EarlyExit<any_at_least<40>, layers>, or at_least<channel, value>
// expect: ExitIf<.*Linear<10
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<4, 1, 1>, EarlyExit<Linear<10>, Linear<10>>, Linear<10>> {};

constexpr auto& graph = graph_of<Net>();
