// A full weight memory compiles within the compilers' default limits, in every form that parameters can have. It takes half
// a minute: with INCUSE_FULL_MATRIX only.
#include "large_tensors.hpp"

using namespace large;

static_assert(reads_all<Named, written>() && reads_all<Packed, unpacked>());

static_assert(incuse::Deployment<Net, incuse::max78002, Argument>::image.weights[0] != 0);
static_assert(incuse::Deployment<Net, incuse::max78002, Packed>::is_valid);
