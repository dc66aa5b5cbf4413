// expect-clang: \[output_trails_input\] the output, written in place, overtakes the input that is still to be read; keep more bytes between input and output
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::part<'n', 'e', 't', 'w', 'o', 'r', 'k', ' ', 'i', 'n', 'p', 'u', 't'>.*facts::needs<0, 255>.*facts::has<32, 287>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): the output, written in place, overtakes the input that is still to be read \(network input\): needs 0 to 255, the input has 32 to 287; keep more bytes between input and output
// expect-clang19: layer 0 \(conv1\) \(network input\): needs 0 to 255, the input has 32 to 287
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<Input<3, 8, 8>,
              Conv2d<4, kernel<3>, pad<1>,
                     place<processors<0x7>, output_processors<0xf>, in_offset<32>, out_offset<0x0>>, as<"conv1">>> {};

constexpr auto& image = Refused<Net, max7800x::overlap_data>::image;
