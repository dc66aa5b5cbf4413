// expect-clang: \[register_field\] a value exceeds its register field; use a smaller tensor, window or write gap
// expect-clang14: facts::layer<0>.*facts::name<'t', 'a', 'l', 'l'>.*facts::part<'r', 'o', 'w', 's'>.*facts::needs<1025>.*facts::has<1023>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(tall\): a value exceeds its register field \(rows\): needs 1025, MAX78000 has 1023; use a smaller tensor, window or write gap
// expect-clang19: layer 0 \(tall\) \(rows\): needs 1025, MAX78000 has 1023
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 1024, 2>, Fused<MaxPool2d<2>, Conv2d<4, kernel<3>, pad<1>, as<"tall">>>> {};

constexpr auto& image = Refused<Net>::image;
