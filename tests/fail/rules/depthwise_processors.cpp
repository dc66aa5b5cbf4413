// expect-clang: \[depthwise_processors\] the output processors of a depth-wise layer have to start at a multiple of 4, and so its input processors if they lie in several groups; use other processors
// expect-clang14: facts::layer<0>.*facts::name<'d', 'w'>.*facts::needs<0>.*facts::has<1>.*facts::on<.*max78002>
// expect-gcc: layer 0 \(dw\): the output processors of a depth-wise layer have to start at a multiple of 4, and so its input processors if they lie in several groups: needs 0, the map has 1; use other processors
// expect-clang19: layer 0 \(dw\): needs 0, the map has 1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>,
                     DepthwiseConv2d<kernel<3>, pad<1>,
                                     place<processors<0xf>, output_processors<0x1e0>, in_offset<0>, out_offset<0x1000>>,
                                     as<"dw">>> {};

constexpr auto& image = RefusedOn<max78002, Net>::image;
