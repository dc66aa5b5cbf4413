// Transposed convolutions need a kernel too.
// expect: \[missing_option\]
// expect: ConvTranspose2d<4, .*pad<1>
// errors: 1
#include <incuse/model/network.hpp>

using namespace incuse;

struct Net : Network<Input<8, 6, 6>, ConvTranspose2d<4, pad<1>>> {};

constexpr int size = graph_of<Net>().size;
