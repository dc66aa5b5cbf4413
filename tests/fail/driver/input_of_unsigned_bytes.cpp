// expect: the network reads signed bytes, -128 to 127: give it signed char or a wider signed integer type
// errors: 1
#include "any_accelerator.hpp"

void program(Handle<State::ready> ready) {
  unsigned char picture[16]{};
  auto loaded = std::move(ready).load_input(picture);
}
