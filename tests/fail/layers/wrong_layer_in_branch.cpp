// A mistake inside a branch is told once.
// expect: \[unknown_option\]
// expect: Conv2d<8, .*operands<2>
// errors: 1
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<8, 6, 6>, Concat<Branch<>, Branch<Conv2d<8, kernel<1>, operands<2>>>>, Identity<>> {};

constexpr int size = graph_of<Net>().size;
