// A network that has to fit, without parameters: the reasons, and no error about the requirement itself.
// expect-gcc: \[kernel_size\] layer 0 \(a\): a Conv2d kernel has to be 1x1 or 3x3: needs 5x5, MAX78000 has 3x3
// expect-clang: \[kernel_size\] a Conv2d kernel has to be 1x1 or 3x3
// expect-clang14: facts::layer<0>.*facts::name<'a'>.*facts::needs<5, 5>.*facts::has<3, 3>
// expect-clang19: layer 0 \(a\): needs 5x5, MAX78000 has 3x3
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 32, 32>, Conv2d<16, kernel<5>, pad<2>, as<"a">>> {};

static_assert(require_fits<Net, max78000>::value);
