// expect-gcc: \[missing_operands\] layer 1 \(sum\): an element-wise layer needs 2 to 16 operands \(Add\); name them with from<>, give it branches, or split one tensor with operands<2>
// expect-clang: \[missing_operands\] an element-wise layer needs 2 to 16 operands; name them with from<>, give it branches, or split one tensor with operands<2>
// expect-clang19: layer 1 \(sum\) \(Add\)
// expect-clang14: incuse::facts::layer<1>
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>>, Add<as<"sum">>> {};

constexpr auto& graph = graph_of<Net>();
