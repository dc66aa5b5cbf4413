// Tensors of any size are read within the compilers' default limits.
#include "large_tensors.hpp"

static_assert(large::reads_all<large::Argument, large::written>());
