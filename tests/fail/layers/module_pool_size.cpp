// A module pools once.
// expect: \[repeated_option\]
// expect: option::pool_size
// errors: 1
// lines: 200
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<8, 6, 6>, FusedAvgPoolConv2d<4, kernel<1>, pool_size<2>, pool_size<3>>> {};

constexpr int size = graph_of<Net>().size;
