// A branch is an argument of a layer that joins branches.
// expect: \[no_layer\]
// expect: Branch<
// errors: 1
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<8, 6, 6>, Branch<Conv2d<8, kernel<1>>>, Identity<>> {};

constexpr int size = graph_of<Net>().size;
