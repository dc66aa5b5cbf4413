// expect-clang: \[bias_groups\] the bias is to lie in a group that the layer cannot read it from; allow another group
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::needs<1>.*facts::has<0>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): the bias is to lie in a group that the layer cannot read it from: needs 1, the highest group in use has 0; allow another group
// expect-clang19: layer 0 \(conv1\): needs 1, the highest group in use has 0
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<Input<3, 8, 8>,
              Conv2d<4, kernel<3>, pad<1>, bias,
                     place<processors<0x7>, output_processors<0xf>, in_offset<0>, out_offset<0x1000>, bias_groups<1>>,
                     as<"conv1">>> {};

constexpr auto& image = Refused<Net>::image;
