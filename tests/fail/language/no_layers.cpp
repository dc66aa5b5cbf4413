// expect-clang: \[no_layers\] a network has at least one layer; add layers behind the input
// expect-clang14: facts::network
// expect-gcc: a network has at least one layer; add layers behind the input
// expect-clang19: the network
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>> {};

constexpr auto& graph = graph_of<Net>();
