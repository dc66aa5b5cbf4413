// expect-clang: \[read_channels\] the words of the source hold other channels than the layer takes them for; keep the channels where a tensor is reshaped
// expect-clang14: facts::layer<1>.*facts::name<'n', 'e', 'x', 't'>.*facts::part<'w', 'i', 'd', 'e'>.*facts::needs<64>.*facts::has<128>.*facts::on<.*max78000>
// expect-gcc: layer 1 \(next\): the words of the source hold other channels than the layer takes them for \(wide\): needs 64 channels, the source has 128 channels
// expect-clang19: layer 1 \(next\) \(wide\): needs 64 channels, the source has 128 channels
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

constexpr ProcessorMap all = 0xffff'ffff'ffff'ffff;

// Placed by hand: else another rule says sooner that channels cannot become pixels.
struct Net : Network<Input<3, 2, 4>,
                     Conv2d<128, kernel<3>, pad<1>, as<"wide">,
                            place<processors<0x7>, output_processors<all>, out_offset<0x1000>>>,
                     Conv2d<4, kernel<3>, pad<1>, view<64, 4, 4>, as<"next">,
                            place<processors<all>, in_offset<0x1000>, output_processors<0xf>, out_offset<0x2000>>>> {};

constexpr auto& image = Refused<Net>::image;
