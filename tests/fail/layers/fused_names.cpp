// Fused layers are one layer and have one name.
// expect-gcc: \[repeated_option\] layer 0 \(b\): this layer is given two options of one kind \(name in Fused\); leave one out
// expect-clang: \[repeated_option\] this layer is given two options of one kind; leave one out
// expect-clang19: layer 0 \(b\) \(name in Fused\)
// expect-clang14: incuse::facts::layer<0>
// errors: 1
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<8, 6, 6>, Fused<MaxPool2d<2, as<"a">>, Conv2d<8, kernel<1>, as<"b">>>> {};

constexpr int size = graph_of<Net>().size;
