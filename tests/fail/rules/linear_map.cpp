#pragma GCC diagnostic error "-Wdeprecated-declarations"
// expect: \[linear_map\] a Linear layer in front of which nothing flattens its map gives a map again; put Flatten in front of it, in a description flatten: true; or, if every pixel is meant, write a Conv2d with a 1x1 kernel
// expect-clang14: facts::layer<1>.*facts::name<'c', 'l', 'a', 's', 's'>.*facts::needs<10, 8, 8>.*facts::on<.*max78000>
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<16, kernel<3>, pad<1>, ReLU>, Linear<10, as<"class">>> {};

constexpr auto& image = Refused<Net>::image;
