// What an inference takes and gives: asked of the network, so network.hpp can be exchanged.
#pragma once

#include "network.hpp"

namespace inference {

using Input = signed char;
using Answer = int;  // of an output of 8 bits, too
inline constexpr int input_values = network::Chip::graph.input.elements();
inline constexpr int outputs = network::Chip::graph.last().out.elements();
inline constexpr int answers = outputs;

}  // namespace inference
