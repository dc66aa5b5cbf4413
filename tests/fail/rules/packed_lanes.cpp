// expect-clang: \[packed_lanes\] a layer without weights writes, packed, from the first lane of a block on; let its output processors start at a multiple of 4 in every group
// expect-clang14: facts::layer<0>.*facts::name<'h', 'a', 'l', 'f'>.*facts::needs<0>.*facts::has<2>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(half\): a layer without weights writes, packed, from the first lane of a block on: needs 0, the map has 2; let its output processors start at a multiple of 4 in every group
// expect-clang19: layer 0 \(half\): needs 0, the map has 2
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>,
                     MaxPool2d<2, place<processors<0xf>, output_processors<0x3c>, in_offset<0>, out_offset<0x1000>>,
                               as<"half">>> {};

constexpr auto& image = Refused<Net>::image;
