// expect-clang: \[unread_concat\] the network ends with a concatenation that no layer reads; put a layer behind the Concat
// expect-clang14: facts::network
// expect-gcc: the network ends with a concatenation that no layer reads; put a layer behind the Concat
// expect-clang19: the network
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Concat<Branch<Conv2d<4, kernel<1>>>, Branch<Conv2d<4, kernel<1>>>>> {};

constexpr auto& graph = graph_of<Net>();
