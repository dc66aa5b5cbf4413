// The language refuses a value where a type is meant, and leaves a struct without a base.
// expect-gcc: type/value mismatch at argument 2
// expect-clang: template argument for template type parameter must be a type
// expect: \[no_network\] .*; if it is, mend the errors in it
// errors-gcc: 3
// errors-clang: 2
// lines: 12
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 32, 32>, Conv2d<3, 16, kernel<3>>> {};

static_assert(require_fits<Net, max78000>::value);
