// The output is there when the inference is done.
// expect-gcc: no matching function for call to '.*Accelerator<.*State::running.*>::unload\(.*\)'
// expect-clang: no matching member function for call to 'unload'
// errors: 1
// lines-gcc: 24
#include "any_accelerator.hpp"

void program(Handle<State::running> running) {
  signed char values[64];
  running.unload(values);
}
