// expect: an input of another size
// errors: 1
#include "any_accelerator.hpp"

void program(Handle<State::ready> ready) {
  signed char values[15]{};
  auto loaded = std::move(ready).load_input(values);
}
