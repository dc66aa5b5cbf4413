// The plan as a value: where in AI RAM every map of a network lies.
#pragma once

#include <incuse/k210/conversion.hpp>
#include <incuse/k210/layout.hpp>

namespace incuse::k210 {

inline constexpr int not_placed = -1;

/// A map in AI RAM and the steps during which it is needed.
struct PlacedMap {
  int line = not_placed;           ///< the first one
  int lines = 0;                   ///< how many
  int first_step = network_input;  ///< that needs it: the one that makes it; network_input: before the first
  int last_step = network_input;   ///< that needs it; those of outputs are needed for ever

  constexpr bool placed() const { return line != not_placed; }
  constexpr bool lives_with(const PlacedMap& other) const {
    return first_step <= other.last_step && other.first_step <= last_step;
  }
};

template <int N>
struct Plan {
  KpuGraph<N> graph{};
  PlacedMap input{};
  PlacedMap maps[KpuGraph<N>::capacity]{};  ///< outputs of the steps
  int needed_lines = 0;                     ///< most lines that are in use at once: no plan needs fewer
  int needed_at = 0;                        ///< step where they are

  constexpr const PlacedMap& map(int tensor) const { return tensor == network_input ? input : maps[tensor]; }
  constexpr PlacedMap& map(int tensor) { return tensor == network_input ? input : maps[tensor]; }
  constexpr bool complete() const {
    for (int t = network_input; t < graph.size; ++t)
      if (!map(t).placed()) return false;
    return graph.size > 0;
  }
};

}  // namespace incuse::k210
