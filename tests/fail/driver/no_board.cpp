// expect: the accelerator needs a board that powers it and gives it a clock
// errors: 1
#include "any_accelerator.hpp"

auto program() { return accelerator<Chip>(bus); }
