// expect-clang: \[cpu_border\] windows of the processor lie beside the map; let the border be smaller than the window, and leave same_padding out where there is one
// expect-clang14: facts::layer<0>.*facts::name<'p', 'o', 'o', 'l'>.*facts::needs<2, 2>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(pool\): windows of the processor lie beside the map: needs 2x2; let the border be smaller than the window, and leave same_padding out where there is one
// expect-clang19: layer 0 \(pool\): needs 2x2
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/model/software.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, MaxPool2d<2, border<0, 2, 0, 0>, as<"pool">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
