// expect: \[buffer_placement\] a network with a rolling buffer is placed by hand; give the buffer and every layer a place<>, or let the program keep the rows
// expect: facts::network.*facts::on<.*max78000>
// expect-gcc: a network with a rolling buffer is placed by hand; give the buffer and every layer a place<>, or let the program keep the rows
// errors: 1
#include "../any_parameters.hpp"

using namespace incuse;

struct Net : Network<Input<4, 3, 3>, RollingBuffer<8, 5>, Conv2d<4, kernel<3>, pad<1>>, ShiftBuffer<>,
                     Conv2d<8, kernel<3>, buffer_insert<>>, Conv1d<4, kernel<3>, from<"buffer">>> {};

constexpr auto& image = Refused<Net>::image;
