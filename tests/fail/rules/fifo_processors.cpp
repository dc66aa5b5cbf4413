// expect-clang: \[fifo_processors\] a FIFO reaches other processors; use processors 0-3, 16-19, 32-35, 48-51, for a CHW input 0, 16, 32, 48, with a fast FIFO those of the first group; or load a larger input into the data memory
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::needs<255>.*facts::has<4222189076152335>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): a FIFO reaches other processors: needs 0xff, MAX78000 has 0xf000f000f000f; use processors 0-3, 16-19, 32-35, 48-51, for a CHW input 0, 16, 32, 48, with a fast FIFO those of the first group; or load a larger input into the data memory
// expect-clang19: layer 0 \(conv1\): needs 0xff, MAX78000 has 0xf000f000f000f
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<Input<8, 8, 8>,
              Conv2d<4, kernel<3>, pad<1>,
                     place<processors<0xff>, output_processors<0xf>, in_offset<0>, out_offset<0x1000>>, as<"conv1">>> {
};

constexpr auto& image = Refused<Net, max7800x::fifo_input>::image;
