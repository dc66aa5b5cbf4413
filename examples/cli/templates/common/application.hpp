// What is yours: where inputs come from, and what becomes of answers.
#pragma once

#include "network.hpp"

namespace application {

inline constexpr int input_values = network::input_values, answers = network::answers;

/// Fills the input: signed bytes, channels x rows x columns. False: there is none any more, the program ends.
bool take_input(signed char (&input)[input_values]);

/// Uses the answers of the network. False: they are not what is expected, which only a test asks for.
bool use(const network::Answer (&values)[answers]);

}  // namespace application
