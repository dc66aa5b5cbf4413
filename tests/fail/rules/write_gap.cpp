// expect-clang: \[write_gap\] the write gap is too large, or negative; use a smaller gap
// expect-clang14: facts::layer<0>.*facts::needs<16>.*facts::has<15>.*facts::on<.*max78000>
// expect-gcc: layer 0: the write gap is too large, or negative: needs 16, MAX78000 has 15; use a smaller gap
// expect-clang19: layer 0: needs 16, MAX78000 has 15
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<Input<3, 8, 8>,
              Conv2d<4, kernel<3>, pad<1>,
                     place<processors<0x7>, output_processors<0xf>, in_offset<0>, out_offset<0x1000>, write_gap<16>>>> {
};

constexpr auto& image = Refused<Net>::image;
