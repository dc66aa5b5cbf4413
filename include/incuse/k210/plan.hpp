// The planning stage: Graph and Device in, Plan out. Maps go to alternating ends of AI RAM, so that a step's input and
// output meet in the middle; maps that live longer (branches, outputs) keep their place until their last reader.
// Source: KPU sheet, sections 3 and 4.
#pragma once

#include <incuse/k210/plan_types.hpp>

namespace incuse::k210 {

namespace detail {

/// The end of AI RAM that a map is placed from.
enum class End : unsigned char { low, high };
constexpr End other(End end) { return end == End::low ? End::high : End::low; }

template <int N>
constexpr void note_lives(Plan<N>& plan) {
  const int size = plan.graph.size;
  plan.input.lines = MapLayout(plan.graph.input).lines();
  for (int i = 0; i < size; ++i) {
    plan.maps[i].lines = MapLayout(plan.graph[i].layer.out()).lines();
    plan.maps[i].first_step = i;
    plan.maps[i].last_step = plan.graph[i].output ? size - 1 : i;
  }
  for (int i = 0; i < size; ++i) {
    PlacedMap& source = plan.map(plan.graph[i].source);
    source.last_step = max_of(source.last_step, i);
  }
}

template <int N>
constexpr void note_lower_bound(Plan<N>& plan) {
  for (int step = 0; step < plan.graph.size; ++step) {
    int lines = 0;
    for (int t = network_input; t < plan.graph.size; ++t)
      if (plan.map(t).first_step <= step && step <= plan.map(t).last_step) lines += plan.map(t).lines;
    if (lines <= plan.needed_lines) continue;
    plan.needed_lines = lines;
    plan.needed_at = step;
  }
}

/// True if a map can begin at a line: within AI RAM, and where no map lies that is needed at the same time.
template <int N>
constexpr bool is_free(const Plan<N>& plan, int tensor, int line, int ram_lines) {
  const PlacedMap& map = plan.map(tensor);
  if (line < 0 || line + map.lines > ram_lines) return false;
  for (int t = network_input; t < plan.graph.size; ++t) {
    const PlacedMap& with = plan.map(t);
    if (t != tensor && with.placed() && map.lives_with(with) && line < with.line + with.lines &&
        with.line < line + map.lines)
      return false;
  }
  return true;
}

/// The free place nearest to an end: there, or next to a map that is already placed.
template <int N>
constexpr int free_line(const Plan<N>& plan, int tensor, End end, int ram_lines) {
  const int lines = plan.map(tensor).lines;
  int best = not_placed;
  const auto consider = [&](int line) {
    const bool nearer = best == not_placed || (end == End::low ? line < best : line > best);
    if (nearer && is_free(plan, tensor, line, ram_lines)) best = line;
  };
  consider(end == End::low ? 0 : ram_lines - lines);
  for (int t = network_input; t < plan.graph.size; ++t) {
    const PlacedMap& next = plan.map(t);
    if (next.placed()) consider(end == End::low ? next.line + next.lines : next.line - lines);
  }
  return best;
}

/// Places all maps in the order of their steps, each at the other end than its source; `outputs_high` gathers the
/// outputs, which have to stay, at one end. Maps for which there is no space stay unplaced.
template <int N>
constexpr void place_maps(Plan<N>& plan, bool outputs_high, int ram_lines) {
  End ends[KpuGraph<N>::capacity]{};
  plan.input.line = plan.input.lines <= ram_lines ? 0 : not_placed;
  for (int i = 0; i < plan.graph.size; ++i) {
    const int source = plan.graph[i].source;
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

}  // namespace detail

/// Plans a network whose layers break no rule. Never fails: maps for which there is no space stay unplaced, and `check`
/// explains it.
template <int N>
constexpr Plan<N> plan(const Graph<N>& graph, const Device& device) {
  Plan<N> result{};
  result.graph = convert(graph);
  detail::note_lives(result);
  detail::note_lower_bound(result);
  Plan<N> first = result;
  detail::place_maps(first, false, device.ram_lines);
  if (first.complete()) return first;
  detail::place_maps(result, true, device.ram_lines);
  return result.complete() ? result : first;
}

}  // namespace incuse::k210
