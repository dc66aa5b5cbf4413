// expect-clang: \[two_next_layers\] the chip has one place for the layer that is executed next: always, or with the option snoop on a hit; leave next_layer or next_layer_on_hit out
// expect-clang14: facts::layer<0>.*facts::name<'b'>.*facts::needs<2>.*facts::has<1>.*facts::on<.*max78002>
// expect-gcc: layer 0 \(b\): the chip has one place for the layer that is executed next: always, or with the option snoop on a hit: needs 2, next_layer has 1; leave next_layer or next_layer_on_hit out
// expect-clang19: layer 0 \(b\): needs 2, next_layer has 1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>,
                     Conv2d<4, kernel<3>, pad<1>, as<"b">, place<next_layer<1>, next_layer_on_hit<2>>>,
                     Conv2d<4, kernel<3>, pad<1>>, Conv2d<4, kernel<3>, pad<1>>> {};

constexpr auto& image = RefusedOn<max78002, Net>::image;
