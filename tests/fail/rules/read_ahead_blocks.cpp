// expect-clang: \[read_ahead_blocks\] a layer that reads ahead cannot read and write the same RAM block of the data memories; use an offset in another block, or do not read ahead
// expect-clang14: facts::layer<0>.*facts::name<'a', 'h', 'e', 'a', 'd'>.*facts::needs<0, 16383>.*facts::has<4096, 4351>.*facts::on<.*max78002>
// expect-gcc: layer 0 \(ahead\): a layer that reads ahead cannot read and write the same RAM block of the data memories: needs 0 to 16383, the output has 4096 to 4351; use an offset in another block, or do not read ahead
// expect-clang19: layer 0 \(ahead\): needs 0 to 16383, the output has 4096 to 4351
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<Input<3, 8, 8>,
              Conv2d<4, kernel<3>, pad<1>,
                     place<processors<0x7>, output_processors<0xf>, in_offset<0>, out_offset<0x1000>, read_ahead>,
                     as<"ahead">>> {};

constexpr auto& image = RefusedOn<max78002, Net>::image;
