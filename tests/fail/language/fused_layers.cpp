// expect: \[fused_layers\] Fused takes at most one pooling and one element-wise layer, and one convolution or linear layer last; put other layers one behind the other
// expect: Fused<.*Conv2d<.*kernel<.*MaxPool2d<
// errors: 1
// lines: 200
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Fused<Conv2d<4, kernel<3>>, MaxPool2d<2>>> {};

constexpr auto& graph = graph_of<Net>();
