// The parts that networks are tried on, by name, each with a virtual chip of its own.
#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <incuse/max7800x/devices.hpp>
#include <incuse/max7800x/virtual_chip.hpp>

#include "round_trip.hpp"

namespace planned {

using Deployed = incuse::host::DeployedNetwork<incuse::max7800x::most_layers>;

/// `round_trip` on the one virtual chip of a part.
template <const incuse::max7800x::Device& Device>
std::string round_trip_on(const Deployed& network, const std::vector<int>& input) {
  static const auto chip = std::make_unique<incuse::max7800x::VirtualChip<Device, 64 << 20>>();
  return incuse::test::round_trip(network, input, *chip);
}

struct Part {
  const char* name;
  const incuse::max7800x::Device& device;
  /// Runs a planned network on a virtual chip and tells what is wrong; empty: nothing.
  std::string (*round_trip)(const Deployed&, const std::vector<int>&);
};
inline constexpr Part parts[] = {
    {"max78000", incuse::max78000, round_trip_on<incuse::max78000>},
    {"max78002", incuse::max78002, round_trip_on<incuse::max78002>},
    {"ai84", incuse::ai84, round_trip_on<incuse::ai84>},
};

/// Null if there is none of this name.
inline const Part* part_named(const char* name) {
  for (const Part& part : parts)
    if (std::strcmp(part.name, name) == 0) return &part;
  return nullptr;
}

/// What a virtual chip of the part makes of a planned network otherwise than the executor does; empty: nothing.
inline std::string difference_on_chip(const Part& part, const Deployed& network, const std::vector<int>& input) {
  const std::string found = part.round_trip(network, input);
  return found.empty() ? found : "on the virtual chip: " + found;
}

/// The first layer of a network whose output, one of the network's, is another one once the network is arranged for a
/// chip; -1: none. Both executors have run.
template <class Graph, class AuthorExecutor, class ArrangedExecutor>
int differing_output(const Graph& author, const AuthorExecutor& expected, const Graph& arranged,
                     const ArrangedExecutor& actual) {
  for (int i = 0, own = 0; i < author.size; ++i) {
    if (!author[i].output) continue;
    while (own < arranged.size && !arranged[own].output) ++own;
    if (own == arranged.size || actual.output_of(own++) != expected.output_of(i)) return i;
  }
  return -1;
}

}  // namespace planned
