// The second choice of the planner: where tensors lie in their data memory instances. Spec: max7800x-placement,
// sections 5, 6 and 10.1.
#pragma once

#include <incuse/max7800x/placement_values.hpp>

namespace incuse::max7800x::detail {

/// Bytes that are kept between an output and the input that it follows through the same memory, beyond what the order
/// of reads and writes asks for: the vendor's networks keep about as many.
inline constexpr int in_place_margin = 64;

/// True if the hardware may write a layer's output over its input (placement sheet, section 6).
template <int N>
constexpr bool may_run_in_place(const Graph<N>& graph, const Values<N>& values, int index) {
  const Layer& layer = graph[index];
  return layer.sources.size == 1 && layer.operands == 1 && !layer.flatten && !layer.wide && !layer.streaming &&
         layer.op != Operator::conv_transpose2d && !folds_rows(layer) && values[index + 1].gap == 0 &&
         values[layer.sources[0] + 1].last_use == index;
}

/// Bytes by which the output has to lie below the input that it overwrites: no word may be written before it was read
/// for the last time.
constexpr int in_place_distance(const Layer& layer, const LayerPlan& placed) {
  const long long out_step = 4LL * placed.out.count, in_step = 4LL * placed.in.count, step = layer.pool_stride.width;
  long long most = 0;
  for (int row = 0; row < layer.out.height; ++row) {
    // Input pixel that is still needed when column c is written: line + (c + 1) * step, but not less than 0.
    const long long line =
        (1LL * row * layer.pool_stride.height - layer.padding.height) * layer.in.width - layer.padding.width;
    const long long last = layer.out.width - 1LL;
    const long long kink = line >= 0 ? 0 : -line / step - 1;
    const long long columns[] = {0, kink < 0 ? 0 : kink > last ? last : kink, last};
    for (long long column : columns) {
      const long long needed = line + (column + 1) * step;
      const long long distance =
          out_step * (1LL * row * layer.out.width + column + 1) - in_step * (needed > 0 ? needed : 0);
      if (distance > most) most = distance;
    }
  }
  return round_up(static_cast<int>(most), 4) + in_place_margin;
}

/// Chooses the offsets, largest tensors first, each at the lowest place that is free as long as it lives.
template <int N>
struct OffsetChoice {
  const Graph<N>& graph;
  const Plan<N>& plan;
  const Device& device;
  Values<N>& values;
  unsigned blocks[N + 1]{};
  /// Per value: bytes by which it has to lie below its layer's input if it follows that through the same memory; -1: it
  /// may not.
  int distance[N + 1]{};
  int lowest[N + 1]{};  ///< bound for the offset: leaves space below for what follows

  constexpr void run(bool in_place) {
    for (int v = 0; v < values.size; ++v) {
      blocks[v] = blocks_in(values[v].map());
      distance[v] = -1;
      lowest[v] = values[v].before;
    }
    if (in_place) allow_in_place();
    for (int v = 0; v < values.size; ++v)
      if (values[v].given_offset >= 0 && values[v].offset < 0)
        place(values.memory.head[v], values[v].given_offset - values.memory.distance[v]);
    for (;;) {
      int next = -1, size = 0;
      for (int v = 0; v < values.size; ++v) {
        if (values.memory.head[v] != v || values[v].offset >= 0) continue;
        const int own = size_of(v);
        if (next >= 0 && own <= size) continue;
        next = v;
        size = own;
      }
      if (next < 0) break;
      place(next, lowest_base(next));
    }
  }

  /// End of the highest tensor.
  constexpr int peak() const {
    int end = 0;
    for (int v = 0; v < values.size; ++v) end = max_of(end, values[v].offset + values[v].bytes);
    return end;
  }

 private:
  constexpr bool is_member(int v, int head) const { return values.memory.head[v] == head; }

  constexpr int size_of(int head) const {
    int begin = 0, end = 0;
    for (int v = 0; v < values.size; ++v) {
      if (!is_member(v, head)) continue;
      begin = min_of(begin, values.memory.distance[v] - values[v].before);
      end = max_of(end, values.memory.distance[v] + values[v].bytes);
    }
    return end - begin;
  }

  constexpr void place(int head, int base) {
    for (int v = 0; v < values.size; ++v)
      if (is_member(v, head)) values[v].offset = base + values.memory.distance[v];
  }

  /// From the last layer backwards: an input that does not fit beside its output lies above it.
  constexpr void allow_in_place() {
    for (int i = graph.size - 1; i >= 0; --i) {
      if (!may_run_in_place(graph, values, i)) continue;
      const int in = graph[i].sources[0] + 1, out = i + 1;
      if ((blocks[in] & blocks[out]) == 0) continue;
      distance[out] = in_place_distance(graph[i], plan[i]);
      if (values[in].bytes + values[out].bytes > device.instance_bytes)
        lowest[in] = max_of(lowest[in], lowest[out] + distance[out]);
    }
  }

  /// Lowest offset of a family's head where no member meets a placed tensor.
  constexpr int lowest_base(int head) const {
    int base = 0;
    for (int v = 0; v < values.size; ++v)
      if (is_member(v, head)) base = max_of(base, lowest[v] - values.memory.distance[v]);
    for (bool moved = true; moved;) {
      moved = false;
      for (int v = 0; v < values.size; ++v) {
        if (!is_member(v, head)) continue;
        for (int other = 0; other < values.size; ++other) {
          if (values[other].offset < 0 || (blocks[v] & blocks[other]) == 0 || !values[v].lives_with(values[other]))
            continue;
          const int offset = base + values.memory.distance[v];
          const int above = free_from(v, offset, other);
          if (above <= offset) continue;
          base += above - offset;
          moved = true;
        }
      }
    }
    return base;
  }

  /// The lowest offset, from `offset` on, where value v does not meet a placed one.
  constexpr int free_from(int v, int offset, int other) const {
    const Value& own = values[v];
    const Value& taken = values[other];
    const int begin = taken.offset - taken.before, end = taken.offset + bytes_below(other, v);
    if (offset - own.before >= end || offset + bytes_below(v, other) <= begin) return offset;
    if (follows(v, other) && offset + distance[v] <= taken.offset) return offset;
    if (follows(other, v)) return max_of(offset, min_of(taken.offset + distance[other], end + own.before));
    return end + own.before;
  }

  /// Bytes that a value needs below another one: the output of a layer that streams keeps the distance of its ring.
  constexpr int bytes_below(int v, int above) const {
    const bool streams = values[above].streams && v == above + 1;
    return streams ? max_of(values[v].bytes, values[above].bytes) : values[v].bytes;
  }

  /// True if value `out` may be written over value `in`.
  constexpr bool follows(int out, int in) const { return distance[out] >= 0 && graph[out - 1].sources[0] + 1 == in; }
};

}  // namespace incuse::max7800x::detail
