// One name is one operand.
// expect: \[missing_operands\]
// expect: Add<.*from<
// errors: 1
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<8, 6, 6>, Conv2d<8, kernel<1>, as<"a">>, Add<from<"a">>> {};

constexpr int size = graph_of<Net>().size;
