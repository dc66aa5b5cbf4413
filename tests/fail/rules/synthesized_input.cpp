// expect-clang: \[synthesized_input\] a synthesized input is HWC with at most 4 channels, and its words divide its pixels; choose another number of words, or load the whole input
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::needs<7>.*facts::has<64>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): a synthesized input is HWC .*: needs 7, the image has 64; choose another number of words, or load the whole input
// expect-clang19: layer 0 \(conv1\): needs 7, the image has 64; synthesized_words: 7 -> 8
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<Input<3, 8, 8>,
              Conv2d<4, kernel<3>, pad<1>,
                     place<processors<0x7>, output_processors<0xf>, in_offset<0>, out_offset<0x1000>>, as<"conv1">>> {};

constexpr auto& image = Refused<Net, max7800x::fifo_input, max7800x::synthesized_words<7>>::image;
