// expect-clang: \[joined_shapes\] tensors that the processor joins differ in size; bring them to one size; for a sum, to the same number of channels too
// expect-clang14: facts::layer<1>.*facts::name<'s', 'u', 'm'>.*facts::needs<3, 16, 16>.*facts::has<4, 16, 16>.*facts::on<.*k210_kpu>
// expect-gcc: layer 1 \(sum\): tensors that the processor joins differ in size: needs 3x16x16, another one has 4x16x16; bring them to one size; for a sum, to the same number of channels too
// expect-clang19: layer 1 \(sum\): needs 3x16x16, another one has 4x16x16
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net
    : Network<Input<3, 16, 16>, Conv2d<4, kernel<3>, pad<1>, as<"a">>, Add<from<"input", "a">, on_cpu, as<"sum">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
