// expect-clang: \[read_processors\] the layer reads other processors than its source writes; give it the source's output processors
// expect-clang14: facts::layer<1>.*facts::name<'c', 'o', 'n', 'v', '2'>.*facts::part<'c', 'o', 'n', 'v', '1'>.*facts::needs<4, 7>.*facts::has<0, 3>.*facts::on<.*max78000>
// expect-gcc: layer 1 \(conv2\): the layer reads other processors than its source writes \(conv1\): needs 4 to 7, the source has 0 to 3; give it the source.+s output processors
// expect-clang19: layer 1 \(conv2\) \(conv1\): needs 4 to 7, the source has 0 to 3
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<
          Input<3, 8, 8>,
          Conv2d<4, kernel<3>, pad<1>, place<processors<0x7>, output_processors<0xf>, in_offset<0>, out_offset<0x1000>>,
                 as<"conv1">>,
          Conv2d<4, kernel<3>, pad<1>,
                 place<processors<0xf0>, output_processors<0xf>, in_offset<4096>, out_offset<0x2000>>, as<"conv2">>> {};

constexpr auto& image = Refused<Net>::image;
