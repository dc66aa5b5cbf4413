// The layer that makes the output is blamed, not those that read it.
// expect-clang: \[wide_inside\] a 32-bit output is a result of the network: no other layer can read it; leave the option wide out, or make this layer the last one
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::needs<32>.*facts::has<8>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): a 32-bit output is a result of the network: no other layer can read it: needs 32 bits, another layer has 8 bits; leave the option wide out
// expect-clang19: layer 0 \(conv1\): needs 32 bits, another layer has 8 bits
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>, wide, as<"conv1">>, MaxPool2d<2>,
                     Conv2d<4, kernel<3>, pad<1>, from<"conv1">, as<"conv2">>, Conv2d<4, kernel<1>>> {};

constexpr auto& image = Refused<Net>::image;
