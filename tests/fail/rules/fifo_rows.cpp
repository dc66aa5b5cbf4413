// expect-clang: \[fifo_rows\] a widely dilated Conv1d reads whole rows, as many values as its dilation: more than the FIFOs deliver
// expect-clang14: facts::layer<0>.*facts::name<'e', 'a', 'r', 's'>.*facts::needs<65>.*facts::has<64>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(ears\): a widely dilated Conv1d reads whole rows, .*: needs 65, the input has 64; make the input a multiple
// expect-clang19: layer 0 \(ears\): needs 65, the input has 64; the length of the input: 64 -> 65
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 64>, Conv1d<4, kernel<3>, dilation<5>, as<"ears">>> {};

constexpr auto& image = Refused<Net, max7800x::fifo_input>::image;
