// expect-clang: \[parallel_channels\] a layer that computes four output channels at a time needs a multiple of 4 of them; use another number of channels, or leave the option out
// expect-clang14: facts::layer<0>.*facts::name<'s', 'i', 'x'>.*facts::needs<6>.*facts::has<8>.*facts::on<.*max78002>
// expect-gcc: layer 0 \(six\): a layer that computes four output channels at a time needs a multiple of 4 of them: needs 6, the next multiple has 8; use another number of channels, or leave the option out
// expect-clang19: layer 0 \(six\): needs 6, the next multiple has 8
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<6, kernel<3>, pad<1>, place<parallel_outputs>, as<"six">>> {};

constexpr auto& image = RefusedOn<max78002, Net>::image;
