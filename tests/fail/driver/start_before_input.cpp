// Nothing starts before it has its input.
// expect-gcc: no matching function for call to '.*Accelerator<.*State::ready.*>::start\(\)'
// expect-clang: invalid reference to function 'start': constraints not satisfied
// errors: 1
// lines-gcc: 24
#include "any_accelerator.hpp"

void program(Handle<State::ready> ready) { (void)std::move(ready).start(); }
