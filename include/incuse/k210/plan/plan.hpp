// The planning stage: Graph and Device in, Plan out. Maps go to alternating ends of AI RAM, so that a step's input and
// output meet in the middle; maps that live longer (branches, outputs) keep their place until their last reader. What
// the processor reads or writes lies in main memory, as close to its begin as there is space.
// Source: KPU sheet, sections 3 and 4.
#pragma once

#include <initializer_list>

#include <incuse/k210/plan/plan_types.hpp>

namespace incuse::k210 {

namespace detail {

/// The end of AI RAM that a map is placed from.
enum class End : unsigned char { low, high };
constexpr End other(End end) { return end == End::low ? End::high : End::low; }

/// Lines of a tensor in main memory. Whole lines have room for the multiples of 8 bytes that DMA writes.
template <int N>
constexpr int main_lines(const KpuGraph<N>& graph, int tensor) {
  return ceil_div(graph.shape_of(tensor).elements() * bytes_of(graph.element_of(tensor)), line_bytes);
}

/// Notes size and lifetime of every tensor. It lies where it is written, and also in main memory if the processor reads
/// it: a layer of the KPU then writes to both.
template <int N>
constexpr void note_lives(Plan<N>& plan) {
  const KpuGraph<N>& graph = plan.graph;
  const int last = graph.size - 1;
  plan.size = plan.main.size = graph.size;
  for (int i = 0; i < graph.size; ++i) {
    MemoryPlan<N>& written = graph[i].writes_ram() ? plan : plan.main;
    written.maps[i].lines = graph[i].writes_ram() ? MapLayout(graph[i].out()).lines() : main_lines(graph, i);
    for (MemoryPlan<N>* memory : {static_cast<MemoryPlan<N>*>(&plan), &plan.main})
      memory->maps[i].first_step = memory->maps[i].last_step = i;
    if (graph[i].output) written.maps[i].last_step = last;
  }
  for (int i = 0; i < graph.size; ++i)
    for (int source : graph[i].sources) {
      PlacedMap& read = graph[i].on_cpu() ? plan.main.map(source) : plan.map(source);
      read.lines = graph[i].on_cpu() ? main_lines(graph, source) : MapLayout(graph.shape_of(source)).lines();
      read.last_step = max_of(read.last_step, i);
    }
}

/// Finds the step at which the most lines are in use.
template <int N>
constexpr void note_lower_bound(MemoryPlan<N>& plan) {
  for (int step = 0; step < plan.size; ++step) {
    int lines = 0;
    for (int t = network_input; t < plan.size; ++t)
      if (plan.map(t).first_step <= step && step <= plan.map(t).last_step) lines += plan.map(t).lines;
    if (lines <= plan.needed_lines) continue;
    plan.needed_lines = lines;
    plan.needed_at = step;
  }
}

/// The maps that have their places and are needed at the same time as another one.
template <int N>
struct Neighbours {
  const PlacedMap* maps[KpuGraph<N>::capacity + 1]{};
  int size = 0;

  constexpr Neighbours(const MemoryPlan<N>& plan, int tensor) {
    const PlacedMap& map = plan.map(tensor);
    for (int t = network_input; t < plan.size; ++t)
      if (t != tensor && plan.map(t).placed() && map.lives_with(plan.map(t))) maps[size++] = &plan.map(t);
  }
  /// True if none of them lies where a map of so many lines would.
  constexpr bool leave_free(int line, int lines) const {
    for (int i = 0; i < size; ++i)
      if (line < maps[i]->line + maps[i]->lines && maps[i]->line < line + lines) return false;
    return true;
  }
};

/// The free place nearest to an end: there, or next to a map that is needed at the same time.
template <int N>
constexpr int free_line(const MemoryPlan<N>& plan, int tensor, End end, int ram_lines) {
  const int lines = plan.map(tensor).lines;
  const Neighbours<N> neighbours(plan, tensor);
  int best = not_placed;
  const auto consider = [&](int line) {
    const bool nearer = best == not_placed || (end == End::low ? line < best : line > best);
    if (nearer && line >= 0 && line + lines <= ram_lines && neighbours.leave_free(line, lines)) best = line;
  };
  consider(end == End::low ? 0 : ram_lines - lines);
  for (int i = 0; i < neighbours.size; ++i) {
    const PlacedMap& next = *neighbours.maps[i];
    consider(end == End::low ? next.line + next.lines : next.line - lines);
  }
  return best;
}

/// Places all maps in the order of their steps, each at the other end than its source; `outputs_high` gathers the
/// outputs, which have to stay, at one end. Maps for which there is no space stay unplaced.
template <int N>
constexpr void place_maps(Plan<N>& plan, bool outputs_high, int ram_lines) {
  End ends[KpuGraph<N>::capacity]{};
  plan.input.line = plan.input.needed() && plan.input.lines <= ram_lines ? 0 : not_placed;
  for (int i = 0; i < plan.graph.size; ++i) {
    if (!plan.maps[i].needed()) continue;
    const int source = plan.graph[i].source();
    ends[i] = other(source == network_input ? End::low : ends[source]);
    if (outputs_high && plan.graph[i].output) ends[i] = End::high;
    int line = free_line(plan, i, ends[i], ram_lines);
    if (line == not_placed) {
      ends[i] = other(ends[i]);
      line = free_line(plan, i, ends[i], ram_lines);
    }
    plan.maps[i].line = line;
  }
}

/// Places all maps, the largest first, each as low as possible.
template <int N>
constexpr void place_low(MemoryPlan<N>& plan, int lines) {
  while (true) {
    int next = not_placed, most = 0;
    for (int t = network_input; t < plan.size; ++t)
      if (!plan.map(t).placed() && plan.map(t).lines > most) {
        next = t;
        most = plan.map(t).lines;
      }
    if (most == 0) return;
    plan.map(next).line = free_line(plan, next, End::low, lines);
    if (!plan.map(next).placed()) return;
  }
}

}  // namespace detail

/// Plans a network whose layers break no rule. Never fails: maps for which there is no space stay unplaced, and `check`
/// explains it.
template <int N>
constexpr Plan<N> plan(const Graph<N>& graph, const Device& device) {
  Plan<N> result{};
  result.graph = convert(graph);
  detail::note_lives(result);
  MemoryPlan<N>& ram = result;
  detail::note_lower_bound(ram);
  detail::note_lower_bound(result.main);
  detail::place_low(result.main, device.general_bytes / line_bytes);
  Plan<N> alternating = result;
  detail::place_maps(alternating, false, device.ram_lines);
  if (alternating.complete()) return alternating;
  Plan<N> outputs_high = result;
  detail::place_maps(outputs_high, true, device.ram_lines);
  if (outputs_high.complete()) return outputs_high;
  detail::place_low(ram, device.ram_lines);
  return result.complete() ? result : alternating;
}

}  // namespace incuse::k210
