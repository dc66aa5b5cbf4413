// One-dimensional windows have a length.
// expect: \[too_many_dimensions\]
// expect: AvgPool1d<
// errors: 1
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<8, 40>, AvgPool1d<Window{2, 2}>> {};

constexpr int size = graph_of<Net>().size;
