// Fused layers are one layer and have one name.
// expect: \[repeated_option\]
// expect: option::name
// errors: 1
// lines: 200
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<8, 6, 6>, Fused<MaxPool2d<2, as<"a">>, Conv2d<8, kernel<1>, as<"b">>>> {};

constexpr int size = graph_of<Net>().size;
