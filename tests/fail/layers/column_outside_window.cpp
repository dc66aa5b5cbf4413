// expect-gcc: \[option_value\] layer 0: the value of this option is out of its range \(Subsample2d<Window{2, 2, 1}, pick_column<2> >; allowed: a column inside the window\); correct it
// expect-clang: \[option_value\] the value of this option is out of its range; correct it
// expect-clang19: layer 0 \(Subsample2d<
// expect-clang14: incuse::facts::layer<0>
// errors: 1
#include <incuse/model/network.hpp>

using namespace incuse;

constexpr auto& graph = Network<Input<3, 8, 8>, Subsample2d<2, pick_column<2>>>::graph;
