#pragma GCC diagnostic error "-Wdeprecated-declarations"
// expect: \[unreached_layers\] a layer jumps over others that nothing else leads to: they are never executed; leave the next layer out, or remove the layers in between
// expect-clang14: facts::layer<0>.*facts::name<'a'>.*facts::needs<2>.*facts::has<1>.*facts::on<.*max78002>
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>, Conv2d<4, kernel<3>, pad<1>, as<"a">, place<next_layer<2>>>,
                     Conv2d<4, kernel<3>, pad<1>, as<"b">>, Conv2d<4, kernel<3>, pad<1>, from<"a">>> {};

constexpr auto& image = RefusedOn<max78002, Net>::image;
