// expect-clang: \[tensor_overwritten\] the output overwrites a tensor that is still needed; choose another output offset, or other output processors
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::part<'n', 'e', 't', 'w', 'o', 'r', 'k', ' ', 'i', 'n', 'p', 'u', 't'>.*facts::needs<128, 383>.*facts::has<0, 255>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): the output overwrites a tensor that is still needed \(network input\): needs 128 to 383, the other tensor has 0 to 255; choose another output offset, or other output processors
// expect-clang19: layer 0 \(conv1\) \(network input\): needs 128 to 383, the other tensor has 0 to 255
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<Input<3, 8, 8>,
              Conv2d<4, kernel<3>, pad<1>,
                     place<processors<0x7>, output_processors<0xf>, in_offset<0>, out_offset<0x80>>, as<"conv1">>> {};

constexpr auto& image = Refused<Net>::image;
