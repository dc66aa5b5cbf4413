// expect-clang: \[chw_processors\] the channels of a CHW input share a memory instance; use every fourth processor, or an HWC input
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::needs<3>.*facts::has<1>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): the channels of a CHW input share a memory instance: needs 3, MAX78000 has 1; use every fourth processor, or an HWC input
// expect-clang19: layer 0 \(conv1\): needs 3, MAX78000 has 1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<Input<3, 8, 8, chw>,
              Conv2d<4, kernel<3>, pad<1>,
                     place<processors<0x7>, output_processors<0xf>, in_offset<0>, out_offset<0x1000>>, as<"conv1">>> {};

constexpr auto& image = Refused<Net>::image;
