// expect-clang: \[synthesized_input_path\] an input can be synthesized for a FIFO only; add fifo_input, or load the whole input
// expect-clang14: facts::network.*facts::on<.*max78000>
// expect-gcc: an input can be synthesized for a FIFO only; add fifo_input, or load the whole input
// expect-clang19: the network
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>>> {};

constexpr auto& image = Refused<Net, max7800x::synthesized_words<8>>::image;
