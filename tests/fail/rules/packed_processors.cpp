// expect-clang: \[packed_processors\] a layer without weights writes, packed, to the group that it reads from; use neighbouring output processors in the groups of the input, as many as there
// expect-clang14: facts::layer<0>.*facts::name<'h', 'a', 'l', 'f'>.*facts::needs<4>.*facts::has<0>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(half\): a layer without weights writes, packed, to the group that it reads from: needs 4, the map has 0; use neighbouring output processors in the groups of the input, as many as there
// expect-clang19: layer 0 \(half\): needs 4, the map has 0
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>,
                     MaxPool2d<2, place<processors<0xf>, output_processors<0xf0000>, in_offset<0>, out_offset<0x1000>>,
                               as<"half">>> {};

constexpr auto& image = Refused<Net>::image;
