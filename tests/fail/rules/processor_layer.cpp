// expect-clang: \[processor_layer\] a deployment on this chip has no layers of the processor; end the network in front of the layer
// expect-clang14: facts::layer<1>.*facts::name<'r', 'e', 'a', 'l'>.*facts::on<.*max78000>
// expect-gcc: layer 1 \(real\): a deployment on this chip has no layers of the processor; end the network in front of the layer
// expect-clang19: layer 1 \(real\)
// errors: 1
#include <incuse/model/software.hpp>

#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>>, Dequantize<as<"real">>> {};

constexpr auto& image = Refused<Net>::image;
