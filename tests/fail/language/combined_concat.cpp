// expect-clang: \[combined_concat\] an element-wise layer combines single tensors, not a concatenation; let each branch end in one layer, or put Identity behind the Concat
// expect-clang14: facts::layer<3>
// expect-gcc: layer 3: an element-wise layer combines single tensors, not a concatenation; let each branch end in one layer, or put Identity behind the Concat
// expect-clang19: layer 3
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Add<Branch<Concat<Branch<Conv2d<4, kernel<1>>>, Branch<Conv2d<4, kernel<1>>>>>,
                                         Branch<Conv2d<8, kernel<1>>>>> {};

constexpr auto& graph = graph_of<Net>();
