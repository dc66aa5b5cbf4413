// expect-clang: \[one_buffer\] a network has one rolling buffer; put their channels into one
// expect-clang14: facts::network
// expect-gcc: a network has one rolling buffer; put their channels into one
// expect-clang19: the network
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net
    : Network<Input<4, 3, 3>, RollingBuffer<8, 5>, RollingBuffer<8, 4, as<"other">>, Conv2d<4, kernel<3>, pad<1>>> {};

constexpr auto size = graph_of<Net>().size;
