// There is one accelerator, so there is one handle.
// expect-gcc: use of deleted function .*Accelerator\(const .*Accelerator<.*
// expect-clang: call to deleted constructor of '.*Handle<State::ready>'
// errors: 1
#include "any_accelerator.hpp"

void program(Handle<State::ready> ready) { auto copy = ready; }
