// expect-clang: \[cpu_groups\] the groups do not divide the channels; give a number of groups that divides those of the input and of the output
// expect-clang14: facts::layer<1>.*facts::name<'c', 'o', 'n', 'v'>.*facts::needs<2>.*facts::has<3>.*facts::on<.*k210_kpu>
// expect-gcc: layer 1 \(conv\): the groups do not divide the channels: needs 2, the input has 3; give a number of groups that divides those of the input and of the output
// expect-clang19: layer 1 \(conv\): needs 2, the input has 3
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/model/software.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Dequantize<>, Conv2d<4, kernel<3>, conv_groups<2>, as<"conv">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
