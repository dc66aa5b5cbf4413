// expect-clang: \[streaming_next\] a layer that streams hands its output over to the following one only; leave the next layer out, or do not stream
// expect-clang14: facts::layer<0>.*facts::name<'a'>.*facts::needs<2>.*facts::has<1>.*facts::on<.*max78002>
// expect-gcc: layer 0 \(a\): a layer that streams hands its output over to the following one only: needs 2, the order has 1; leave the next layer out
// expect-clang19: layer 0 \(a\): needs 2, the order has 1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>, Conv2d<4, kernel<3>, pad<1>, streaming, as<"a">, place<next_layer<2>>>,
                     Conv2d<4, kernel<3>, pad<1>, as<"b">>, Conv2d<4, kernel<3>, pad<1>, from<"b">>> {};

constexpr auto& image = RefusedOn<max78002, Net, max7800x::fifo_input>::image;
