// expect-clang: \[dimension\] a tensor has too many rows or columns; use a smaller image
// expect-clang14: facts::layer<0>.*facts::name<'t', 'a', 'l', 'l'>.*facts::needs<1025, 8>.*facts::has<1024, 1024>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(tall\): a tensor has too many rows or columns: needs 1025x8, MAX78000 has 1024x1024; use a smaller image
// expect-clang19: layer 0 \(tall\): needs 1025x8, MAX78000 has 1024x1024
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<1, 1025, 8>, Fused<MaxPool2d<2>, Conv2d<4, kernel<3>, pad<1>, as<"tall">>>> {};

constexpr auto& image = Refused<Net>::image;
