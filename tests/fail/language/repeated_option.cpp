// expect: \[repeated_option\] this layer is given two options of one kind; leave one out
// expect: Conv2d<.*kernel<.*ReLU.*Abs.*option.*activation
// errors: 1
// lines: 200
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, ReLU, Abs>> {};

constexpr auto& graph = graph_of<Net>();
