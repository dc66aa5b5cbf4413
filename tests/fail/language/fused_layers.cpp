// expect-gcc: \[fused_layers\] layer 0: Fused takes at most one pooling and one element-wise layer, and one convolution or linear layer last \(Fused<Conv2d<4, kernel<3> >, MaxPool2d<Window
// expect-clang: \[fused_layers\] Fused takes at most one pooling and one element-wise layer, and one convolution or linear layer last; put other layers one behind the other
// expect-clang19: layer 0 \(Fused<Conv2d<4,
// expect-clang14: incuse::facts::layer<0>
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Fused<Conv2d<4, kernel<3>>, MaxPool2d<2>>> {};

constexpr auto& graph = graph_of<Net>();
