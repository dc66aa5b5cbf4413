// expect-clang: \[buffer_first\] the network.s first layer reads the rolling buffer instead of the input; put a layer that reads the input in front of it
// expect-clang14: facts::layer<0>.*facts::on<.*max78000>
// expect-gcc: layer 0: the network.+s first layer reads the rolling buffer instead of the input; put a layer that reads the input in front of it
// expect-clang19: layer 0
// errors: 1
#include <support/rolling_network.hpp>

using namespace incuse;

struct Net : Network<rolling::Image, RollingBuffer<8, 5>, ShiftBuffer<1>, Conv2d<8, kernel<3>, from<"input">, buffer_insert<1>>, Conv1d<4, kernel<3>, from<"buffer">>> {};

constexpr auto& image = Refused<Net>::image;
