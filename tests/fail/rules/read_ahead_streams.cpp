// expect-clang: \[read_ahead_streams\] layers that stream and read ahead need a RAM block of the data memories each; use an offset in another block, or do not read ahead
// expect-clang14: facts::layer<1>.*facts::name<'a', 'h', 'e', 'a', 'd'>.*facts::needs<0, 16383>.*facts::has<0>.*facts::on<.*max78002>
// expect-gcc: layer 1 \(ahead\): layers that stream and read ahead need a RAM block of the data memories each: needs 0 to 16383, another layer has 0; use an offset in another block, or do not read ahead
// expect-clang19: layer 1 \(ahead\): needs 0 to 16383, another layer has 0
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<
          Input<3, 8, 8>,
          Conv2d<4, kernel<3>, pad<1>, streaming,
                 place<processors<0x7>, output_processors<0xf0>, in_offset<0>, out_offset<0x1000>>>,
          Conv2d<4, kernel<3>, pad<1>, streaming,
                 place<processors<0xf0>, output_processors<0xf00>, in_offset<0x1000>, out_offset<0x2000>, read_ahead>,
                 as<"ahead">>> {};

constexpr auto& image = RefusedOn<max78002, Net, max7800x::fifo_input>::image;
