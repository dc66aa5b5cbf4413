// expect-clang: \[repeated_jump\] layers that are repeated are executed in their order; leave the next layer out, or do not repeat the layers
// expect-clang14: facts::layer<0>.*facts::name<'a'>.*facts::needs<2>.*facts::has<1>.*facts::on<.*max78002>
// expect-gcc: layer 0 \(a\): layers that are repeated are executed in their order: needs 2, MAX78002 has 1; leave the next layer out
// expect-clang19: layer 0 \(a\): needs 2, MAX78002 has 1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>, Conv2d<4, kernel<3>, pad<1>, as<"a">, place<next_layer<2>>>,
                     Conv2d<4, kernel<3>, pad<1>>, Conv2d<4, kernel<3>, pad<1>, from<"a">>> {};

constexpr auto& image = RefusedOn<max78002, Net, max7800x::repetitions<2>>::image;
