// Operands of different shapes are one error: nothing is said of the processors that they would need.
// expect: \[operand_shapes\]
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 32, 32>, Conv2d<16, kernel<3>, pad<1>, as<"a">>, Conv2d<32, kernel<3>, pad<1>, as<"b">>,
                     Add<from<"a", "b">>, Conv2d<8, kernel<1>>> {};

constexpr auto& image = Refused<Net>::image;
