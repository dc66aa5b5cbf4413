// expect-clang: \[output_holes\] another layer cannot read this output: the chip leaves holes in it where such windows were pooled; pool so in the last layer only, or use smaller windows
// expect-clang14: facts::layer<0>.*facts::name<'f', 'a', 'r'>.*facts::on<.*ai84>
// expect-gcc: layer 0 \(far\): another layer cannot read this output: the chip leaves holes in it where such windows were pooled \(next\): needs 4x4; pool so in the last layer only, or use smaller windows
// expect-clang19: layer 0 \(far\) \(next\): needs 4x4
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 32, 32>, Fused<MaxPool2d<4>, Conv2d<4, kernel<3>, pad<1>, as<"far">>>,
                     Conv2d<4, kernel<3>, pad<1>, as<"next">>> {};

constexpr auto& image = RefusedOn<ai84, Net>::image;
