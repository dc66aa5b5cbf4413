// A map that is too wide is an error of the layer that reads it first, not of those behind.
// expect-gcc: \[width\] layer 0 \(first\): the width of the input is out of range: needs 600, K210 has 4 to 512
// expect-clang: \[width\]
// errors: 1
#include <incuse/k210/deployment.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 600>, Conv2d<4, kernel<3>, pad<1>, as<"first">>, Conv2d<4, kernel<3>, pad<1>>,
                     Conv2d<4, kernel<3>, pad<1>>> {};

static_assert(require_fits<Net, k210_kpu>::value);
