// expect-clang: \[reshape\] the layer reads a different number of values than its source delivers; correct the layer's own input size
// expect-clang14: facts::layer<1>.*facts::name<'q', 'u', 'a', 'r', 't', 'e', 'r'>.*facts::needs<64>.*facts::has<256>.*facts::on<.*max78000>
// expect-gcc: layer 1 \(quarter\): the layer reads a different number of values than its source delivers: needs 64, the source has 256; correct the layer.+s own input size
// expect-clang19: layer 1 \(quarter\): needs 64, the source has 256
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>>, Conv2d<4, kernel<1>, view<4, 4, 4>, as<"quarter">>> {
};

constexpr auto& image = Refused<Net>::image;
