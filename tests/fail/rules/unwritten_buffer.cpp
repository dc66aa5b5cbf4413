// expect: \[unwritten_buffer\] a rolling buffer that no layer writes to is placed by hand only: its rows are always zero; insert rows with buffer_insert, or leave out the buffer and the layers that read it
// expect-clang14: facts::network.*facts::on<.*max78000>
// expect-clang19: the network
// errors: 1
#include <support/rolling_network.hpp>

using namespace incuse;

struct Net : Network<rolling::Image, RollingBuffer<8, 5>, Conv2d<4, kernel<3>>, Conv1d<4, kernel<3>, from<"buffer">>> {};

constexpr auto& image = Refused<Net>::image;
