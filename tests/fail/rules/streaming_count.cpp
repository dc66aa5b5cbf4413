// expect-clang: \[streaming_count\] too many layers stream; stream fewer layers
// expect-clang14: facts::layer<8>.*facts::name<'n', 'i', 'n', 't', 'h'>.*facts::needs<9>.*facts::has<8>.*facts::on<.*max78000>
// expect-gcc: layer 8 \(ninth\): too many layers stream: needs 9, MAX78000 has 8; stream fewer layers
// expect-clang19: layer 8 \(ninth\): needs 9, MAX78000 has 8
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<
          Input<4, 8, 8>,
          Conv2d<4, kernel<3>, pad<1>, streaming,
                 place<processors<0xf>, output_processors<0xf>, in_offset<0>, out_offset<0x200>>>,
          Conv2d<4, kernel<3>, pad<1>, streaming,
                 place<processors<0xf>, output_processors<0xf>, in_offset<512>, out_offset<0x400>>>,
          Conv2d<4, kernel<3>, pad<1>, streaming,
                 place<processors<0xf>, output_processors<0xf>, in_offset<1024>, out_offset<0x600>>>,
          Conv2d<4, kernel<3>, pad<1>, streaming,
                 place<processors<0xf>, output_processors<0xf>, in_offset<1536>, out_offset<0x800>>>,
          Conv2d<4, kernel<3>, pad<1>, streaming,
                 place<processors<0xf>, output_processors<0xf>, in_offset<2048>, out_offset<0xa00>>>,
          Conv2d<4, kernel<3>, pad<1>, streaming,
                 place<processors<0xf>, output_processors<0xf>, in_offset<2560>, out_offset<0xc00>>>,
          Conv2d<4, kernel<3>, pad<1>, streaming,
                 place<processors<0xf>, output_processors<0xf>, in_offset<3072>, out_offset<0xe00>>>,
          Conv2d<4, kernel<3>, pad<1>, streaming,
                 place<processors<0xf>, output_processors<0xf>, in_offset<3584>, out_offset<0x1000>>>,
          Conv2d<4, kernel<3>, pad<1>, streaming,
                 place<processors<0xf>, output_processors<0xf0>, in_offset<4096>, out_offset<0x1200>>, as<"ninth">>> {};

constexpr auto& image = Refused<Net, max7800x::fifo_input>::image;
