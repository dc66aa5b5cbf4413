// expect-clang: \[single_values\] the layer reads single values, not maps; put Flatten in front of Linear<>, and GlobalAvgPool2d<> or the like in front of AddPadding<>
// expect-clang14: facts::layer<1>.*facts::name<'f', 'c'>.*facts::needs<16, 16>.*facts::has<1, 1>.*facts::on<.*k210_kpu>
// expect-gcc: layer 1 \(fc\): the layer reads single values, not maps: needs 16x16, a value has 1x1; put Flatten in front of Linear<>, and GlobalAvgPool2d<> or the like in front of AddPadding<>
// expect-clang19: layer 1 \(fc\): needs 16x16, a value has 1x1
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/model/software.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Dequantize<>, Linear<4, on_cpu, as<"fc">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
