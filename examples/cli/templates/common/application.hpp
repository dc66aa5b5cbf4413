// What is yours: where inputs come from, and what becomes of answers.
#pragma once

#include "inference.hpp"

namespace application {

using namespace inference;

/// Fills the input, channels x rows x columns. False: there is none any more, the program ends.
bool take_input(Input (&input)[input_values]);

/// Uses the answers of the network. False: they are not what is expected, which only a test asks for.
bool use(const Answer (&values)[answers]);

}  // namespace application
