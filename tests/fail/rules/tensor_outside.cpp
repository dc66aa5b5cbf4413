// expect-clang: \[tensor_outside\] the output leaves its data memory instances; choose a lower output offset or a smaller write gap
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::needs<33020>.*facts::has<32768>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): the output leaves its data memory instances: needs 33020 bytes, MAX78000 has 32768 bytes; choose a lower output offset or a smaller write gap
// expect-clang19: layer 0 \(conv1\): needs 33020 bytes, MAX78000 has 32768 bytes
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<Input<3, 8, 8>,
              Conv2d<4, kernel<3>, pad<1>,
                     place<processors<0x7>, output_processors<0xf>, in_offset<0>, out_offset<0x7f00>, write_gap<1>>,
                     as<"conv1">>> {};

constexpr auto& image = Refused<Net>::image;
