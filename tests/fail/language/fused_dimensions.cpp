// expect-gcc: \[fused_dimensions\] layer 0: Fused takes either one-dimensional or two-dimensional layers \(Fused<MaxPool2d<Window{2, 2, 1}>, Conv1d<4, k
// expect-clang: \[fused_dimensions\] Fused takes either one-dimensional or two-dimensional layers; let all of them have the same number of dimensions
// expect-clang19: layer 0 \(Fused<MaxPool2d<Window{2,
// expect-clang14: incuse::facts::layer<0>
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Fused<MaxPool2d<2>, Conv1d<4, kernel<3>>>> {};

constexpr auto& graph = graph_of<Net>();
