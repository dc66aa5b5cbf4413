// expect-clang: \[rolling_buffer\] nothing is kept in the KPU.s memory from inference to inference; let the program keep the rows, and bring them in as a part of the input
// expect-clang14: facts::layer<1>.*facts::name<'m', 'o', 'v', 'e'>.*facts::on<.*k210_kpu>
// expect-gcc: layer 1 \(move\): nothing is kept in the KPU.+s memory from inference to inference; let the program keep the rows, and bring them in as a part of the input
// expect-clang19: layer 1 \(move\)
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<4, 3, 3>, RollingBuffer<8, 5>, Conv2d<4, kernel<3>, pad<1>>, ShiftBuffer<1, as<"move">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
