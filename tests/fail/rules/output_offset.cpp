// expect-clang: \[output_offset\] the output offset is out of range; use a multiple of 4 inside a memory instance
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::needs<131072>.*facts::has<131071>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): the output offset is out of range: needs 131072, MAX78000 has 131071; use a multiple of 4 inside a memory instance
// expect-clang19: layer 0 \(conv1\): needs 131072, MAX78000 has 131071
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<Input<3, 8, 8>,
              Conv2d<4, kernel<3>, pad<1>,
                     place<processors<0x7>, output_processors<0xf>, in_offset<0>, out_offset<0x20000>>, as<"conv1">>> {
};

constexpr auto& image = Refused<Net>::image;
