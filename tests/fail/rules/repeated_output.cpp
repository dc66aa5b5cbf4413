// expect-clang: \[repeated_output\] layers that run once more write over the output, or over what it is computed from; give every tensor a place of its own, or do not repeat the layers
// expect-clang14: facts::layer<2>.*facts::name<'l', 'a', 's', 't'>.*facts::needs<2>.*facts::on<.*max78000>
// expect-gcc: layer 2 \(last\): layers that run once more write over the output, or over what it is computed from: needs 2 repetitions
// expect-clang19: layer 2 \(last\): needs 2 repetitions
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<
          Input<3, 8, 8>,
          Conv2d<4, kernel<3>, pad<1>, place<processors<0x7>, output_processors<0xf0>, in_offset<0>, out_offset<0>>>,
          Conv2d<4, kernel<3>, pad<1>, place<processors<0xf0>, output_processors<0xf00>, in_offset<0>, out_offset<0>>>,
          Conv2d<4, kernel<3>, pad<1>, as<"last">,
                 place<processors<0xf00>, output_processors<0xf0>, in_offset<0>, out_offset<0>>>> {};

constexpr auto& image = Refused<Net, max7800x::repetitions<2>>::image;
