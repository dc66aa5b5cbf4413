// expect: \[fused_dimensions\] Fused takes either one-dimensional or two-dimensional layers; let all of them have the same number of dimensions
// expect: Fused<.*MaxPool2d<.*Conv1d<.*kernel<
// errors: 1
// lines: 200
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Fused<MaxPool2d<2>, Conv1d<4, kernel<3>>>> {};

constexpr auto& graph = graph_of<Net>();
