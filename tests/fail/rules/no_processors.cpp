// expect: \[no_processors\] the layer has no processors; give it processors<>, or place no layer
// expect: facts::layer<1>.*facts::name<'f', 'o', 'r', 'g', 'o', 't', 't', 'e', 'n'>.*facts::needs<4>.*facts::has<0>.*facts::on<.*max78000>
// expect-gcc: layer 1 \(forgotten\): the layer has no processors: needs 4, the map has 0; give it processors<>, or place no layer
// errors: 1
#include "../any_parameters.hpp"

using namespace incuse;

struct Net : Network<Input<3, 8, 8>,
                     Conv2d<4, kernel<3>, pad<1>,
                            place<processors<0x7>, output_processors<0xf>, in_offset<0>, out_offset<0x1000>>>,
                     Conv2d<4, kernel<3>, pad<1>, as<"forgotten">>> {};

constexpr auto& image = Refused<Net>::image;
