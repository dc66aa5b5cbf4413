// The elementary functions of quantisation-aware training, against the reference's grids.
#pragma once

#include <string>

/// The first difference in a folder of grids with values and gradients; empty if there is none.
std::string compare_functions(const std::string& folder);
