// expect: \[convolution_groups\] .*this chip has no convolution in groups.*; use an ordinary convolution, or a chip with depth-wise convolution
// expect-clang14: facts::layer<1>.*facts::name<'d', 'w'>.*facts::needs<4>.*facts::has<1>.*facts::on<.*max78000>
// expect-clang19: layer 1 \(dw\): needs 4, MAX78000 has 1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>>, DepthwiseConv2d<kernel<3>, pad<1>, as<"dw">>> {};

constexpr auto& image = Refused<Net>::image;
