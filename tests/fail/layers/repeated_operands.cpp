// Operands are counted once.
// expect: \[repeated_option\]
// expect: option::operands
// errors: 1
// lines: 200
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<8, 6, 6>, Sub<operands<2>, operands<4>>> {};

constexpr int size = graph_of<Net>().size;
