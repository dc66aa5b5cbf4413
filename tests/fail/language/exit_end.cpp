// expect-clang: \[exit_end\] layers follow an early exit, and do not read its condition; put layers behind it; behind ExitIf the first of them says with from<> what it reads
// expect-gcc: \[exit_end\] layer 2: layers follow an early exit, and do not read its condition; put layers behind it
// expect-gcc: \[exit_end\] layer 4: layers follow an early exit, and do not read its condition; put layers behind it
// errors: 2
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net
    : Network<Input<4, 1, 1>, Linear<5>, ExitIf<at_least<3, 5>>, Linear<10>, EarlyExit<at_least<1, 2>, Linear<4>>> {};

constexpr auto& graph = graph_of<Net>();
