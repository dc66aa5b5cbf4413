// expect-clang: \[streaming_buffers\] the buffer that the layer streams from overlaps that of an earlier layer; choose another output offset for the layer in front
// expect-clang14: facts::layer<2>.*facts::name<'t', 'h', 'i', 'r', 'd'>.*facts::part<'n', 'e', 't', 'w', 'o', 'r', 'k', ' ', 'i', 'n', 'p', 'u', 't'>.*facts::needs<8, 115>.*facts::has<0, 11>.*facts::on<.*max78000>
// expect-gcc: layer 2 \(third\): the buffer that the layer streams from overlaps that of an earlier layer \(network input\): needs 8 to 115, the other buffer has 0 to 11; choose another output offset for the layer in front
// expect-clang19: layer 2 \(third\) \(network input\): needs 8 to 115, the other buffer has 0 to 11
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<
          Input<3, 8, 8>,
          Conv2d<4, kernel<3>, pad<1>, streaming,
                 place<processors<0x7>, output_processors<0xf>, in_offset<0>, out_offset<0x1000>>, as<"first">>,
          Conv2d<4, kernel<3>, pad<1>, streaming,
                 place<processors<0xf>, output_processors<0xf>, in_offset<0x1000>, out_offset<8>>, as<"second">>,
          Conv2d<4, kernel<3>, pad<1>, streaming,
                 place<processors<0xf>, output_processors<0xf0>, in_offset<8>, out_offset<0x2000>>, as<"third">>> {};

constexpr auto& image = Refused<Net, max7800x::fifo_input>::image;
