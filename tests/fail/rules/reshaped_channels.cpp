// expect-clang: \[reshaped_channels\] the chip cannot turn channels into pixels or pixels into channels: each channel has a memory of its own; keep the channels, or end the network in front of the layer, and reshape in the program
// expect-clang14: facts::layer<1>.*facts::name<'m', 'a', 'p'>.*facts::needs<4, 4, 4>.*facts::has<64, 1, 1>.*facts::on<.*max78000>
// expect-gcc: layer 1 \(map\): the chip cannot turn channels into pixels or pixels into channels: each channel has a memory of its own: needs 4x4x4, the source has 64x1x1; keep the channels, or end the network in front of the layer, and reshape in the program; maps made of values by 1x1 Conv2d and ConvTranspose2d
// expect-clang19: layer 1 \(map\): needs 4x4x4, the source has 64x1x1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 2, 2>, Flatten, Linear<64>, ConvTranspose2d<8, kernel<3>, pad<1>, view<4, 4, 4>, as<"map">>> {};

constexpr auto& image = Refused<Net>::image;
