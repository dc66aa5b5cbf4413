// expect-clang: \[crop_joined\] images that are joined one behind the other are read without a gap; crop them in layers of their own
// expect-clang14: facts::layer<2>.*facts::name<'b', 'o', 't', 'h'>.*facts::needs<4, 8, 8>.*facts::has<4, 4, 4>.*facts::on<.*max78000>
// expect-gcc: layer 2 \(both\): images that are joined one behind the other are read without a gap: needs 4x8x8, another one has 4x4x4; crop them
// expect-clang19: layer 2 \(both\): needs 4x8x8, another one has 4x4x4
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>, as<"large">>,
                     Fused<MaxPool2d<2>, Conv2d<4, kernel<3>, pad<1>, as<"small">>>,
                     Conv1d<4, kernel<1>, from<"large", "small">, view<4, 68>, crop<1>, as<"both">>> {};

constexpr auto& image = Refused<Net>::image;
