// Who drops a handle has lost the accelerator: a warning, which this test makes an error.
// expect-gcc: ignoring returned value of type '.*Accelerator<.*State::running.*nodiscard
// expect-clang: ignoring return value of function declared with 'nodiscard' attribute
// errors: 1
#include "any_accelerator.hpp"

#pragma GCC diagnostic error "-Wunused-result"

void program(Handle<State::loaded> loaded) { std::move(loaded).start(); }
