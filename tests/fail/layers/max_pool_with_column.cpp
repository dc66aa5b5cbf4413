// expect: \[unknown_option\] this layer does not take this option; leave it out
// errors: 1
// lines: 200
#include <incuse/model/network.hpp>

using namespace incuse;

constexpr auto& graph = Network<Input<3, 8, 8>, MaxPool2d<2, pick_column<1>>>::graph;
