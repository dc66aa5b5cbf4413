// Nothing follows from it: neither kernels and pixels that the image behind has too few of, nor the flattened ones.
// expect: \[concatenated_sizes\]
// expect-clang14: facts::layer<2>.*facts::needs<4, 16, 16>.*facts::has<4, 14, 14>
// expect-clang19: layer 2 \(joined\): needs 4x16x16, another one has 4x14x14
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 16, 16>, Conv2d<4, kernel<3>, pad<1>, as<"whole">>, Conv2d<4, kernel<3>, as<"cropped">>,
                     Conv2d<4, kernel<3>, from<"whole", "cropped">, as<"joined">>, Flatten, Linear<10>> {};

constexpr auto& image = Refused<Net>::image;
