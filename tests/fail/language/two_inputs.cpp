// expect-gcc: \[no_layer\] layer 0: this is no layer \(Input<1, 8, 8>\)
// expect-clang: \[no_layer\]
// expect-clang19: layer 0 \(Input<1, 8, 8>\)
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 32, 32>, Input<1, 8, 8>, Conv2d<16, kernel<3>>> {};

static_assert(require_fits<Net, max78000>::value);
