// expect-clang: \[layer_count\] the network has too many layers; remove layers
// expect-clang14: facts::network.*facts::needs<33>.*facts::has<32>.*facts::on<.*max78000>
// expect-gcc: the network has too many layers: needs 33, MAX78000 has 32; remove layers
// expect-clang19: the network: needs 33, MAX78000 has 32
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<
          Input<3, 8, 8>, Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>,
          Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>,
          Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>,
          Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>,
          Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>,
          Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>,
          Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>>> {};

constexpr auto& image = Refused<Net>::image;
