// expect-clang: \[fifo_operands\] a FIFO delivers one word for each pixel: one operand, in one pass; load the input into the data memory
// expect-clang14: facts::layer<0>.*facts::name<'s', 'u', 'm'>.*facts::needs<2>.*facts::has<1>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(sum\): a FIFO delivers one word for each pixel: one operand, in one pass: needs 2, MAX78000 has 1; load the input into the data memory
// expect-clang19: layer 0 \(sum\): needs 2, MAX78000 has 1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<8, 8, 8>,
                     Add<operands<2>, place<processors<0xf>, output_processors<0xf>, in_offset<0>, out_offset<0x1000>>,
                         as<"sum">>> {};

constexpr auto& image = Refused<Net, max7800x::fifo_input>::image;
