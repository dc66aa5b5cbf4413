// expect-clang: \[elementwise_passes\] an element-wise operation on so many channels cannot be fused with pooling or convolution; combine the tensors in a layer of its own
// expect-clang14: facts::layer<2>.*facts::name<'s', 'u', 'm'>.*facts::needs<192>.*facts::has<128>.*facts::on<.*max78000>
// expect-gcc: layer 2 \(sum\): an element-wise operation on so many channels cannot be fused with pooling or convolution: needs 192, MAX78000 has 128; combine the tensors in a layer of its own
// expect-clang19: layer 2 \(sum\): needs 192, MAX78000 has 128
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 4, 4>, Conv2d<192, kernel<1>, as<"a">>, Conv2d<192, kernel<1>, as<"b">>,
                     Fused<Add<from<"a", "b">>, Conv2d<4, kernel<1>, as<"sum">>>> {};

constexpr auto& image = Refused<Net>::image;
