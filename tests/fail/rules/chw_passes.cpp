// expect-clang: \[chw_passes\] a CHW input has one pass and one operand; use an HWC input
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::needs<2>.*facts::has<1>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): a CHW input has one pass and one operand: needs 2, MAX78000 has 1; use an HWC input
// expect-clang19: layer 0 \(conv1\): needs 2, MAX78000 has 1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<6, 4, 4, chw>,
                     Fused<Add<operands<2>>,
                           Conv2d<4, kernel<3>, pad<1>,
                                  place<processors<0x111>, output_processors<0xf>, in_offset<0>, out_offset<0x1000>>,
                                  as<"conv1">>>> {};

constexpr auto& image = Refused<Net>::image;
