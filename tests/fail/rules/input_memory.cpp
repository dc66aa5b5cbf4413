// expect-clang: \[input_memory\] the input does not fit into its data memory instances; use a smaller image or fewer channels, CHW for the network's input, or a lower offset
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::needs<65536>.*facts::has<32768>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): the input does not fit into its data memory instances: needs 65536 bytes, MAX78000 has 32768 bytes; use a smaller image or fewer channels, CHW for the network.+s input, or a lower offset
// expect-clang19: layer 0 \(conv1\): needs 65536 bytes, MAX78000 has 32768 bytes
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<20, 128, 128, hwc>, Fused<MaxPool2d<2>, Conv2d<4, kernel<3>, pad<1>, as<"conv1">>>> {};

constexpr auto& image = Refused<Net>::image;
