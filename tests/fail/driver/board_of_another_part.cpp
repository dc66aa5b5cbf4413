// Tables of one part do not run on another one.
// expect: the board is that of another part than the network's tables: take the board of the part, or deploy the
// errors: 1
#include "any_accelerator.hpp"

auto program() { return accelerator<Chip>(bus, Max78002Board{}); }
