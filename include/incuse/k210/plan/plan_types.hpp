// The plan as a value: where every map of a network lies, in AI RAM and in main memory.
#pragma once

#include <incuse/k210/plan/conversion.hpp>
#include <incuse/k210/plan/layout.hpp>

namespace incuse::k210 {

/// Line or byte of a map that has no place.
inline constexpr int not_placed = -1;

/// A map in one memory, and the steps during which it is needed there. Lines are of 64 bytes: those of AI RAM, or in
/// main memory cache lines, of which none may hold both data of the CPU and data that DMA writes.
struct PlacedMap {
  int line = not_placed;           ///< the first one
  int lines = 0;                   ///< how many
  int first_step = network_input;  ///< the step that writes it; network_input: it exists before the first step
  int last_step = network_input;   ///< the last step that reads it; of outputs the last step of the network

  constexpr bool needed() const { return lines > 0; }
  constexpr bool placed() const { return line != not_placed; }
  constexpr bool lives_with(const PlacedMap& other) const {
    return first_step <= other.last_step && other.first_step <= last_step;
  }
};

/// All maps of a network that one memory holds.
template <int N>
struct MemoryPlan {
  PlacedMap input{};
  PlacedMap maps[KpuGraph<N>::capacity]{};  ///< outputs of the steps
  int size = 0;                             ///< steps
  int needed_lines = 0;                     ///< most lines in use at once: no plan needs fewer
  int needed_at = 0;                        ///< step at which they are in use

  constexpr const PlacedMap& map(int tensor) const { return tensor == network_input ? input : maps[tensor]; }
  constexpr PlacedMap& map(int tensor) { return tensor == network_input ? input : maps[tensor]; }
  constexpr bool complete() const {
    for (int t = network_input; t < size; ++t)
      if (map(t).needed() && !map(t).placed()) return false;
    return size > 0;
  }
  /// The lines up to the highest that is used.
  constexpr int used_lines() const {
    int end = 0;
    for (int t = network_input; t < size; ++t)
      if (map(t).placed()) end = max_of(end, map(t).line + map(t).lines);
    return end;
  }
};

/// The plan of a network. Its base class is the plan of AI RAM.
template <int N>
struct Plan : MemoryPlan<N> {
  KpuGraph<N> graph{};
  MemoryPlan<N> main{};  ///< main memory: tensors that the processor reads or writes

  constexpr bool complete() const { return MemoryPlan<N>::complete() && main.complete(); }
};

/// True if a step of the KPU sends its output to the output FIFO too: the processor reads it, or it is the last one.
template <int N>
constexpr bool streams(const Plan<N>& plan, int step) {
  return step == plan.size - 1 || plan.main.maps[step].needed();
}

}  // namespace incuse::k210
