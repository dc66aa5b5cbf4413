// expect-clang: \[next_layer\] the layer that is executed next has to stand behind this one in the network; name a later layer, or leave the next layer out
// expect-clang14: facts::layer<1>.*facts::name<'b'>.*facts::needs<0>.*facts::has<2, 2>.*facts::on<.*max78002>
// expect-gcc: layer 1 \(b\): the layer that is executed next has to stand behind this one in the network: needs 0, the network behind it has 2 to 2; name a later layer
// expect-clang19: layer 1 \(b\): needs 0, the network behind it has 2 to 2
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>, Conv2d<4, kernel<3>, pad<1>>,
                     Conv2d<4, kernel<3>, pad<1>, as<"b">, place<next_layer<0>>>, Conv2d<4, kernel<3>, pad<1>>> {};

constexpr auto& image = RefusedOn<max78002, Net>::image;
