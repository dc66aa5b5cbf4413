// A program that reads the layers of a faulty network type gets the error about the type, and none about the reading.
// expect: \[missing_option\]
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4>> {};

constexpr int channels = graph_of<Net>()[2].out.channels + graph_of<Net>().last().out.channels;
