// expect-clang: \[no_buffer\] there is no rolling buffer in front of the layer that writes to it; put RollingBuffer<channels, rows> behind the input
// expect-clang14: facts::layer<1>.*facts::name<'m', 'o', 'v', 'e'>
// expect-gcc: layer 1 \(move\): there is no rolling buffer in front of the layer that writes to it; put RollingBuffer<channels, rows> behind the input
// expect-clang19: layer 1 \(move\)
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net
    : Network<Input<4, 3, 3>, Conv2d<4, kernel<3>, pad<1>>, ShiftBuffer<1, as<"move">>, Conv2d<4, kernel<3>, pad<1>>> {
};

constexpr auto size = graph_of<Net>().size;
