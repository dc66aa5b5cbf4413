// expect: the network has no layer of this name
// errors: 1
#include "any_accelerator.hpp"

auto program(Handle<State::loaded> loaded) { return std::move(loaded).start_until<"conv7">(); }
