// expect-clang: \[flatten_without_linear\] Flatten has to stand directly in front of a Linear layer; leave it out: all other layers read maps in the same order, Softmax<> and its like too; or put Linear behind it
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v'>
// expect-gcc: layer 0 \(conv\): Flatten has to stand directly in front of a Linear layer; leave it out: all other layers read maps in the same order, Softmax<> and its like too; or put Linear behind it
// expect-clang19: layer 0 \(conv\)
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Flatten, Conv2d<4, kernel<1>, as<"conv">>> {};

constexpr auto& graph = graph_of<Net>();
