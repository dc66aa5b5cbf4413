// expect: \[option_value\] the value of this option is out of its range; correct it
// errors: 1
// lines: 200
#include <incuse/model/network.hpp>

using namespace incuse;

constexpr auto& graph = Network<Input<3, 8, 8>, Subsample2d<2, pick_column<2>>>::graph;
