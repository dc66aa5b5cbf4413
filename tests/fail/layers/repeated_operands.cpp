// Operands are counted once.
// expect-gcc: \[repeated_option\] layer 0: this layer is given two options of one kind \(operands in Sub\); leave one out
// expect-clang: \[repeated_option\] this layer is given two options of one kind; leave one out
// expect-clang19: layer 0 \(operands in Sub\)
// expect-clang14: incuse::facts::layer<0>
// errors: 1
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<8, 6, 6>, Sub<operands<2>, operands<4>>> {};

constexpr int size = graph_of<Net>().size;
