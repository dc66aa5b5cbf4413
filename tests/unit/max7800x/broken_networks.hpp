// Networks that break the rules of the MAX7800x, every rule at least once, and what is said about them.
#pragma once

#include <vector>

#include "broken_layers.hpp"
#include "broken_on_other_parts.hpp"
#include "broken_placements.hpp"

namespace incuse::test::broken {

inline std::vector<Broken> networks() {
  std::vector<Broken> all;
  for (const auto subject :
       {wholes,         sources,         kernels,      dilations,         poolings,     operands,
        sizes,          numbers,         streams,      processors,        fifos,        memories,
        registers,      hidden_poolings, tensors,      readings,          crops,        buffers,
        buffer_rows,    buffer_places,   plans,        later_repetitions, later_orders, later_weights,
        later_poolings, later_passes,    later_places, earlier_part,      exits})
    for (const Broken& broken : subject()) all.push_back(broken);
  return all;
}

}  // namespace incuse::test::broken
