// A module pools with one stride.
// expect-gcc: \[repeated_option\] layer 0: this layer is given two options of one kind \(stride in AvgPool2d\); leave one out
// expect-clang: \[repeated_option\] this layer is given two options of one kind; leave one out
// expect-clang19: layer 0 \(stride in AvgPool2d\)
// expect-clang14: incuse::facts::layer<0>
// errors: 1
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<8, 6, 6>, FusedAvgPoolConv2d<4, kernel<1>, pool_stride<2>, pool_stride<3>>> {};

constexpr int size = graph_of<Net>().size;
