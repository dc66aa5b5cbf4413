// expect-clang: \[depthwise_lanes\] a depth-wise layer leaves its output where it reads, or packs it group by group; use the same processors for its input and its output, or neighbouring output processors
// expect-clang14: facts::layer<0>.*facts::name<'d', 'w'>.*facts::needs<4, 7>.*facts::has<4, 12>.*facts::on<.*max78002>
// expect-gcc: layer 0 \(dw\): a depth-wise layer leaves its output where it reads, or packs it group by group: needs 4 to 7, the map has 4 to 12; use the same processors for its input and its output, or neighbouring output processors
// expect-clang19: layer 0 \(dw\): needs 4 to 7, the map has 4 to 12
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<Input<4, 8, 8>,
              DepthwiseConv2d<kernel<3>, pad<1>,
                              place<processors<0xf>, output_processors<0x1070>, in_offset<0>, out_offset<0x1000>>,
                              as<"dw">>> {};

constexpr auto& image = RefusedOn<max78002, Net>::image;
