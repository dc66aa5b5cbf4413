// A view has channels and sizes.
// expect: \[option_value\]
// expect: view<8>
// errors: 1
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<8, 6, 6>, Identity<view<8>>> {};

constexpr int size = graph_of<Net>().size;
