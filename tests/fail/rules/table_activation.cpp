// expect-clang: \[table_activation\] this chip knows no activation functions but ReLU and Abs; use one of them, or a chip with activation tables
// expect-clang14: facts::layer<1>.*facts::name<'c'>.*facts::on<.*max78000>
// expect-gcc: layer 1 \(c\): this chip knows no activation functions but ReLU and Abs; use one of them, or a chip with activation tables
// expect-clang19: layer 1 \(c\)
// errors: 1
#include <support/refused.hpp>

#include <incuse/model/activations.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>>, Conv2d<4, kernel<1>, Sigmoid, as<"c">>> {};

constexpr auto& image = Refused<Net>::image;
