// Either names or branches tell what is combined.
// expect: \[missing_operands\]
// expect: Add<.*Branch<>
// errors: 1
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<8, 6, 6>, Conv2d<8, kernel<1>, as<"a">>, Add<Branch<>, Branch<>, from<"a", "input">>> {};

constexpr int size = graph_of<Net>().size;
