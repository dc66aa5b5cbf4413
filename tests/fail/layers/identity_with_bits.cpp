// A copy has no weights.
// expect: \[unknown_option\]
// expect: Identity<.*bits<4>
// errors: 1
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<8, 6, 6>, Identity<bits<4>>> {};

constexpr int size = graph_of<Net>().size;
