// expect-clang: \[input_offset\] the input offset is negative; use a multiple of 4, from 0 on
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::needs<-4>.*facts::has<0>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): the input offset is negative: needs -4, MAX78000 has 0; use a multiple of 4, from 0 on
// expect-clang19: layer 0 \(conv1\): needs -4, MAX78000 has 0
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<Input<3, 8, 8>,
              Conv2d<4, kernel<3>, pad<1>,
                     place<processors<0x7>, output_processors<0xf>, in_offset<-4>, out_offset<0x1000>>, as<"conv1">>> {
};

constexpr auto& image = Refused<Net>::image;
