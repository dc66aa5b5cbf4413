// expect-clang: \[crop_input\] the network's first layer reads the whole input, and so do layers that stream; crop the input before it is loaded, or in a layer behind these
// expect-clang14: facts::layer<0>.*facts::name<'m', 'i', 'd', 'd', 'l', 'e'>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(middle\): the network.+s first layer reads the whole input, and so do layers that stream; crop the input before it is loaded
// expect-clang19: layer 0 \(middle\)
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<1>, crop<1>, as<"middle">>> {};

constexpr auto& image = Refused<Net>::image;
