// expect-clang: \[read_size\] the layer reads another number of words than its source writes; correct the layer's input size
// expect-clang14: facts::layer<1>.*facts::name<'c', 'o', 'n', 'v', '2'>.*facts::needs<1024>.*facts::has<256>.*facts::on<.*max78000>
// expect-gcc: layer 1 \(conv2\): the layer reads another number of words than its source writes \(network input\): needs 1024 bytes, the source has 256 bytes; correct the layer.+s input size
// expect-clang19: layer 1 \(conv2\) \(network input\): needs 1024 bytes, the source has 256 bytes
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<
          Input<2, 16, 16, chw>,
          Conv2d<4, kernel<3>, pad<1>,
                 place<processors<0x11>, output_processors<0xf00>, in_offset<0>, out_offset<0x1000>>, as<"conv1">>,
          Conv2d<4, kernel<3>, pad<1>, from<"input">,
                 place<processors<0x11>, output_processors<0xf000>, in_offset<0>, out_offset<0x1000>>, as<"conv2">>> {};

constexpr auto& image = Refused<Net>::image;
