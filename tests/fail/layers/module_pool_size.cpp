// A module pools once.
// expect-gcc: \[unknown_option\] layer 0: this layer does not take this option \(another_pool_size in AvgPool2d\); leave it out
// expect-clang: \[unknown_option\] this layer does not take this option; leave it out
// expect-clang19: layer 0 \(another_pool_size in AvgPool2d\)
// expect-clang14: incuse::facts::layer<0>
// errors: 1
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<8, 6, 6>, FusedAvgPoolConv2d<4, kernel<1>, pool_size<2>, pool_size<3>>> {};

constexpr int size = graph_of<Net>().size;
