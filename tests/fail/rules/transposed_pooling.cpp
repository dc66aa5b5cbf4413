// expect-clang: \[transposed_pooling\] in front of a ConvTranspose2d the chip pools square windows that do not overlap: it has no stride for them; let the stride be the window, or pool in a layer of its own
// expect-clang14: facts::layer<0>.*facts::name<'u', 'p'>.*facts::needs<1, 1>.*facts::has<2, 2>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(up\): in front of a ConvTranspose2d the chip pools square windows that do not overlap: it has no stride for them: needs 1x1, the window has 2x2
// expect-clang19: layer 0 \(up\): needs 1x1, the window has 2x2
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Fused<MaxPool2d<2, stride<1>>, ConvTranspose2d<4, kernel<3>, pad<1>, as<"up">>>> {
};

constexpr auto& image = Refused<Net>::image;
