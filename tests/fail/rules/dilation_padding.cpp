// expect-clang: \[dilation_padding\] a Conv1d that spans more than 9 values has no padding; use pad<0> or a smaller dilation
// expect-clang14: facts::layer<0>.*facts::name<'e', 'a', 'r', 's'>.*facts::needs<1>.*facts::has<0>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(ears\): a Conv1d that spans more than 9 values has no padding: needs 1, MAX78000 has 0; use pad<0> or a smaller dilation
// expect-clang19: layer 0 \(ears\): needs 1, MAX78000 has 0
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<Input<3, 64>,
              Conv1d<4, kernel<3>, dilation<5>, pad<1>,
                     place<processors<0x7>, output_processors<0xf>, in_offset<0>, out_offset<0x1000>>, as<"ears">>> {};

constexpr auto& image = Refused<Net>::image;
