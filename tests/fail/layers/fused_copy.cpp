// There is nothing to fuse in a copy.
// expect: \[fused_layers\]
// expect: Fused<.*Identity<>
// errors: 1
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<8, 6, 6>, Fused<Identity<>, Conv2d<8, kernel<1>>>> {};

constexpr int size = graph_of<Net>().size;
