// expect-clang: \[read_offset\] the layer reads at another offset than its source writes; correct the layer's input offset, or the source's output offset
// expect-clang14: facts::layer<1>.*facts::name<'c', 'o', 'n', 'v', '2'>.*facts::part<'c', 'o', 'n', 'v', '1'>.*facts::needs<5120>.*facts::has<4096>.*facts::on<.*max78000>
// expect-gcc: layer 1 \(conv2\): the layer reads at another offset than its source writes \(conv1\): needs 5120, the source has 4096; correct the layer.+s input offset, or the source.+s output offset; in_offset: 5120 -> 4096
// expect-clang19: layer 1 \(conv2\) \(conv1\): needs 5120, the source has 4096; in_offset: 5120 -> 4096
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<
          Input<3, 8, 8>,
          Conv2d<4, kernel<3>, pad<1>, place<processors<0x7>, output_processors<0xf>, in_offset<0>, out_offset<0x1000>>,
                 as<"conv1">>,
          Conv2d<4, kernel<3>, pad<1>,
                 place<processors<0xf>, output_processors<0xf>, in_offset<5120>, out_offset<0x2000>>, as<"conv2">>> {};

constexpr auto& image = Refused<Net>::image;
