// expect-clang: \[weight_memory\] the weights of this layer and those behind do not fit into the weight memory; use fewer channels, or other processors
// expect-clang14: facts::layer<2>.*facts::name<'w', 'i', 'd', 'e'>.*facts::needs<1092>.*facts::has<768>.*facts::on<.*max78000>
// expect-gcc: layer 2 \(wide\): the weights of this layer and those behind do not fit into the weight memory: needs 1092 columns, MAX78000 has 768 columns \(layer 2 \(wide\): 911 columns, layer 1: 114 columns, layer 0: 64 columns\); use fewer channels, or other processors; 4-bit weights in layer 2 \(wide\): 1092 -> 636 columns
// expect-clang19: layer 2 \(wide\): needs 1092 columns, MAX78000 has 768 columns \(layer 2 \(wide\): 911 columns, layer 1: 114 columns, layer 0: 64 columns\); 4-bit weights in layer 2 \(wide\): 1092 -> 636 columns
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<64, 2, 2>, Conv2d<64, kernel<3>, pad<1>>, Conv2d<1024, kernel<1>>,
                     Conv2d<512, kernel<1>, as<"wide">>> {};

constexpr auto& image = Refused<Net>::image;
