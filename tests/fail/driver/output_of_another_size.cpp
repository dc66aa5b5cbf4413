// expect: an output of another size
// errors: 1
#include "any_accelerator.hpp"

void program(Handle<State::done>& done) {
  signed char values[63];
  done.unload(values);
}
