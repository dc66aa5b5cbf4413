#include "one_letter_macros.hpp"

// All of what the single headers have: models, firmware of both families, executors and virtual chips.
#include <incuse_host.hpp>
