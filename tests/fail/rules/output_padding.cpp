// expect-clang: \[output_padding\] output padding is 1 for ConvTranspose2d and 0 for all others; leave it out
// expect-clang14: facts::layer<0>.*facts::name<'u', 'p'>.*facts::needs<0>.*facts::has<1>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(up\): output padding is 1 for ConvTranspose2d and 0 for all others: needs 0, MAX78000 has 1; leave it out
// expect-clang19: layer 0 \(up\): needs 0, MAX78000 has 1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, ConvTranspose2d<4, kernel<3>, pad<1>, output_pad<0>, as<"up">>> {};

constexpr auto& image = Refused<Net>::image;
