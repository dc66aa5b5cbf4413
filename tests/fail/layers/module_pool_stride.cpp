// A module pools with one stride.
// expect: \[repeated_option\]
// expect: option::stride
// errors: 1
// lines: 200
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<8, 6, 6>, FusedAvgPoolConv2d<4, kernel<1>, pool_stride<2>, pool_stride<3>>> {};

constexpr int size = graph_of<Net>().size;
