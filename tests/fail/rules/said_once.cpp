// The residual gets a copy of its input: what is said of the layer and of its copy is said once.
// expect-gcc: \[output_memory\] layer 2: the output does not fit into its data memory instances
// expect-clang: \[output_memory\]
// errors: 4
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 128, 128>, Conv2d<16, kernel<3>, pad<1>>, Residual<Conv2d<16, kernel<3>, pad<1>>>,
                     Conv2d<8, kernel<1>>> {};

constexpr auto& image = Refused<Net>::image;
