// expect-clang: \[data_memory\] the tensors that are needed together do not fit into the data memories; pool earlier, use fewer channels, or go around fewer layers
// expect-clang14: facts::layer<2>.*facts::name<'l', 'a', 's', 't'>.*facts::needs<49152>.*facts::has<32768>.*facts::on<.*max78000>
// expect-gcc: layer 2 \(last\): the tensors that are needed together do not fit into the data memories: needs 49152 bytes, MAX78000 has 32768 bytes \(layer 0 \(first\): 16384 bytes, layer 1: 16384 bytes, layer 2 \(last\): 16384 bytes\); pool earlier, use fewer channels, or go around fewer layers
// expect-clang19: layer 2 \(last\): needs 49152 bytes, MAX78000 has 32768 bytes \(layer 0 \(first\): 16384 bytes, layer 1: 16384 bytes, layer 2 \(last\): 16384 bytes\)
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<60, 64, 64>, Conv2d<60, kernel<3>, pad<1>, bits<1>, as<"first">, output>,
                     Conv2d<60, kernel<3>, pad<1>, bits<1>>, Conv2d<60, kernel<3>, pad<1>, bits<1>, as<"last">>> {};

constexpr auto& image = Refused<Net>::image;
