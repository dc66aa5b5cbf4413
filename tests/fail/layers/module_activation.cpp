// The module has an activation already.
// expect: \[repeated_option\]
// expect: option::activation
// errors: 1
// lines: 200
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<8, 6, 6>, FusedMaxPoolConv2dReLU<4, kernel<1>, Abs>> {};

constexpr int size = graph_of<Net>().size;
