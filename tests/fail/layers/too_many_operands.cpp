// The chip combines at most 16 tensors.
// expect: \[option_value\]
// expect: BitwiseXor<.*operands<17>
// errors: 1
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<34, 6, 6>, BitwiseXor<operands<17>>> {};

constexpr int size = graph_of<Net>().size;
