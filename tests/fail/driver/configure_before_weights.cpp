// Layers are configured behind weights and biases.
// expect-gcc: no matching function for call to '.*Accelerator<.*State::initialised.*>::configure\(\)'
// expect-clang: invalid reference to function 'configure': constraints not satisfied
// errors: 1
#include "any_accelerator.hpp"

void program(Handle<State::initialised> initialised) { (void)std::move(initialised).configure(); }
