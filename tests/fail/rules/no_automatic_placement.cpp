// expect: \[no_automatic_placement\] this network cannot be placed automatically; place its layers by hand, with place<>
// expect: facts::network.*facts::on<.*max78000>
// expect-gcc: this network cannot be placed automatically; place its layers by hand, with place<>
// errors: 1
#include "../any_parameters.hpp"

using namespace incuse;

// 96 channels take two passes of 48: the second tensor would be in both.
using Third = Branch<Conv2d<32, kernel<3>, pad<1>>>;
struct Net : Network<Input<3, 8, 8>, Concat<Third, Third, Third>, Conv2d<4, kernel<3>, pad<1>>> {};

constexpr auto& image = Refused<Net>::image;
