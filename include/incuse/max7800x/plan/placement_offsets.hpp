// The planner's second step: where tensors lie in their data memory instances. Spec: max7800x-placement, sections 5, 6
// and 10.1.
#pragma once

#include <incuse/max7800x/plan/placement_values.hpp>

namespace incuse::max7800x::detail {

/// Extra bytes between an output and the input that it overwrites, beyond what the order of reads and writes needs:
/// about as many as in the vendor's networks. Left out where the memory has no space for them.
inline constexpr int in_place_margin = 64;

/// How a layer walks over its input and output: bytes between the first words of two pixels.
struct InPlaceSteps {
  long long write = 4;
  long long read = 4;
  long long gap = 0;    ///< bytes that are left free behind a word of the output
  long long early = 0;  ///< bytes of an output pixel that are written before all of its input is read …
  long long done = 0;   ///< … and the bytes of an input pixel that are not needed any more by then
};

/// Layers without weights write one pass of a pixel before they read the next one. Operands that are combined before
/// they are pooled, in several passes, are read anew for every pass. `gap`: words left free behind a word of the
/// output.
constexpr InPlaceSteps in_place_steps(const Layer& layer, const LayerPlan& placed, int gap, bool channels_first) {
  InPlaceSteps steps;
  steps.gap = 4LL * gap;
  steps.write = placed.out.count * (4 + steps.gap);
  steps.read = channels_first ? 1 : 4LL * placed.in.count * layer.operands;
  if (placed.in.count == 1) return steps;
  const bool reads_again = !layer.pool_first && layer.pools();
  if (reads_again || !layer.weighted()) steps.early = steps.write - 4 - 2 * steps.gap;
  if (!reads_again && !layer.weighted()) steps.done = 4LL * (placed.in.count - 1) * layer.operands;
  return steps;
}

/// Bytes by which the output has to lie below the input that it overwrites: no word may be written before it was read
/// for the last time.
constexpr long long in_place_distance(const Layer& layer, const InPlaceSteps& steps) {
  const int last = layer.out.width - 1;
  const int up = layer.padding.height, left = layer.padding.width;
  // First byte of the input that an output pixel, or one behind it, reads.
  const auto needed = [&](int row, int column) {
    const long long pooled_row = max_of(0, row - up), pooled_column = max_of(0, column - left);
    return steps.read *
           (pooled_row * layer.pool_stride.height * layer.in.width + pooled_column * layer.pool_stride.width);
  };
  long long most = 0;
  const auto keep = [&most](long long distance) { most = distance > most ? distance : most; };
  for (int row = 0; row < layer.out.height; ++row) {
    // While the kernel reaches beyond the first row, the next row needs that one from its start on.
    const bool starts_again = row < up;
    const int columns[] = {0, min_of(max_of(left - 1, 0), last), min_of(left, last), max_of(last - 1, 0), last};
    for (int column : columns) {
      const long long begin = steps.write * (1LL * row * layer.out.width + column);
      const long long next = starts_again ? 0 : column < last ? needed(row, column + 1) : needed(row + 1, 0);
      keep(begin + steps.write - steps.gap - next);
      if (steps.early > 0) keep(begin + steps.early - steps.done - (starts_again ? 0 : needed(row, column)));
    }
  }
  return most;
}

/// In which order offsets are chosen; tensors of equal rank in the order of their layers. Which one leaves the fewest
/// gaps depends on the network.
enum class OffsetOrder : unsigned char { largest_first, largest_and_shortest_lived_first, latest_first };
inline constexpr int offset_orders = 3;

/// Chooses the offsets of one tensor after the other, each at the lowest place that is free as long as it lives.
template <int N>
struct OffsetChoice {
  const Graph<N>& graph;
  const Plan<N>& plan;
  const Device& device;
  Values<N>& values;
  PerTensor<unsigned, N> blocks{};
  /// Per value: the instance (one bit) where a reset of the hardware, in front of the layer that writes the value,
  /// overwrites the word at the value's offset although the value does not lie in that instance; 0: there is none.
  PerTensor<unsigned, N> reset_block{};
  /// Per value: bytes by which it has to lie below its layer's input in order to overwrite it; -1: it must not.
  PerTensor<int, N> distance{};
  int streamed = 0;            ///< layers that stream: so many from the first one on
  PerTensor<int, N> lowest{};  ///< least offset: leaves space below for an output that overwrites it
  /// Per value: the values that share an instance with it at the same time.
  PerTensor<BoundedList<int, N + 1>, N> rivals{};
  /// Per value: the next one of its family, or -1. A family begins with its head.
  PerTensor<int, N> next_member{};
  /// Per head: bytes and layers from the first to the last of its whole family.
  struct FamilyExtent {
    int begin = 0, end = 0, born = 0, last_use = 0;
  };
  PerTensor<FamilyExtent, N> extents{};

  constexpr void prepare(bool in_place, int margin) {
    streamed = streamed_layers(graph);
    for (int v = 0; v < values.size; ++v) {
      blocks[v] = blocks_in(values[v].map());
      reset_block[v] = writes_outside(v) ? 1 : 0;
      distance[v] = -1;
      lowest[v] = values[v].before;
      for (int other = 0; other < v; ++other) {
        if (!meet(v, other)) continue;
        rivals[v].push(other);
        rivals[other].push(v);
      }
    }
    collect_families();
    if (in_place) allow_in_place(margin);
  }

  constexpr void run(OffsetOrder order) {
    for (int v = 0; v < values.size; ++v) values[v].offset = -1;
    for (int v = 0; v < values.size; ++v)
      if (values[v].given_offset >= 0 && values[v].offset < 0)
        place(values.memory.head[v], values[v].given_offset - values.memory.distance[v]);
    PerTensor<Rank, N> ranks{};
    BoundedList<int, N + 1> heads{};  // of families without an offset: the highest rank first, then the lowest number
    for (int v = 0; v < values.size; ++v) {
      if (values.memory.head[v] != v || values[v].offset >= 0) continue;
      ranks[v] = rank_of(extents[v], order);
      heads.push(v);
      for (int i = heads.size - 1; i > 0 && ranks[heads[i - 1]].less_than(ranks[v]); --i) {
        heads[i] = heads[i - 1];
        heads[i - 1] = v;
      }
    }
    for (int head : heads) place(head, lowest_base(head));
  }

  /// End of the highest tensor.
  constexpr int peak() const {
    int end = 0;
    for (int v = 0; v < values.size; ++v) end = max_of(end, values[v].offset + values[v].bytes);
    return end;
  }

 private:
  /// True if the hardware resets itself in front of the layer that writes a value. The reset writes a word to group 0,
  /// which is always in use: where a layer without weights has no output in that group, to the first instance.
  constexpr bool resets(int v) const { return v > 0 && plan[writer_of(v)].resets; }
  constexpr bool writes_outside(int v) const {
    return resets(v) && !graph[writer_of(v)].weighted() && (values[v].map() & 0xffff) == 0;
  }
  constexpr bool share_blocks(int v, int other) const { return (blocks[v] & blocks[other]) != 0; }
  /// True if the reset in front of the layer that writes value v may hit another one that is needed then.
  constexpr bool reset_hits(int v, int other) const {
    return (reset_block[v] & blocks[other]) != 0 && values[other].born < v - 1 && v - 1 <= values[other].last_use;
  }
  /// True if two values may not share a RAM block because a layer reads ahead: the layer's input and its output; if it
  /// streams, the inputs of all layers that stream with it.
  constexpr bool need_own_blocks(int v, int other) const {
    const int earlier = min_of(v, other), later = max_of(v, other);
    if (later == 0 || earlier == later) return false;
    if (later < streamed) return plan[later].reads_ahead;
    const LayerPlan& writer = plan[later - 1];
    return writer.reads_ahead && !graph[later - 1].streaming && reads(later - 1, earlier);
  }
  constexpr bool meet(int v, int other) const {
    return need_own_blocks(v, other) || (share_blocks(v, other) && values[v].lives_with(values[other])) ||
           reset_hits(v, other) || reset_hits(other, v);
  }

  struct Rank {
    int first = 0, second = 0;
    constexpr bool less_than(const Rank& other) const {
      return first != other.first ? first < other.first : second < other.second;
    }
  };

  static constexpr Rank rank_of(const FamilyExtent& family, OffsetOrder order) {
    const int bytes = family.end - family.begin;
    if (order == OffsetOrder::latest_first) return {family.last_use, bytes};
    return {bytes, order == OffsetOrder::largest_first ? 0 : family.born - family.last_use};
  }

  constexpr void collect_families() {
    PerTensor<int, N> last_member{};
    for (int v = 0; v < values.size; ++v) {
      next_member[v] = -1;
      last_member[v] = v;
      extents[v].born = values[v].born;
    }
    for (int v = 0; v < values.size; ++v) {
      const int head = values.memory.head[v], apart = values.memory.distance[v];
      if (v != head) {
        next_member[last_member[head]] = v;
        last_member[head] = v;
      }
      FamilyExtent& family = extents[head];
      family.begin = min_of(family.begin, apart - values[v].before);
      family.end = max_of(family.end, apart + values[v].bytes);
      family.born = min_of(family.born, values[v].born);
      family.last_use = max_of(family.last_use, values[v].last_use);
    }
  }

  constexpr void place(int head, int base) {
    for (int v = head; v >= 0; v = next_member[v]) values[v].offset = base + values.memory.distance[v];
  }

  /// From the last layer backwards: where input and output together exceed an instance, the input lies above the
  /// output, whose own lowest offset is known by then.
  constexpr void allow_in_place(int margin) {
    for (int i = graph.size - 1; i >= 0; --i) {
      if (!may_run_in_place(graph, values, i) || plan[i].reads_ahead) continue;
      const int in = tensor_number(graph[i].sources[0]), out = tensor_number(i);
      if ((blocks[in] & blocks[out]) == 0 || plan[i].holes.words > 0) continue;
      const bool channels_first = i == 0 && plan.input_format == DataFormat::chw;
      const InPlaceSteps steps = in_place_steps(graph[i], plan[i], values[out].gap, channels_first);
      const int closest = round_up(static_cast<int>(in_place_distance(graph[i], steps)), 4);
      distance[out] = max_of(closest + margin, resets(out) ? 4 : 0);
      if (values[in].bytes + values[out].bytes > device.instance_bytes)
        lowest[in] = max_of(lowest[in], lowest[out] + distance[out]);
    }
  }

  /// Lowest offset of a family's head where no member meets a placed tensor.
  constexpr int lowest_base(int head) const {
    int base = 0;
    for (int v = head; v >= 0; v = next_member[v]) base = max_of(base, lowest[v] - values.memory.distance[v]);
    for (bool moved = true; moved;) {
      moved = false;
      for (int v = head; v >= 0; v = next_member[v]) {
        const int apart = values.memory.distance[v];
        for (int other : rivals[v]) {
          if (values[other].offset < 0) continue;
          const int above = free_from(v, base + apart, other);
          if (above == base + apart) continue;
          base = above - apart;
          moved = true;
        }
      }
    }
    return base;
  }

  /// Lowest offset from `offset` on where value v does not overlap the placed value `other`, or may share its memory.
  constexpr int free_from(int v, int offset, int other) const {
    const Value& own = values[v];
    const Value& taken = values[other];
    if (need_own_blocks(v, other)) return free_block(offset, v, other);
    if (!share_blocks(v, other)) return free_of_reset(offset, v, other);
    const int begin = taken.offset - taken.before, end = taken.offset + bytes_below(other, v);
    if (offset - own.before >= end || offset + bytes_below(v, other) <= begin) return offset;
    if (distance[v] >= 0 && reads(v - 1, other) && offset + distance[v] <= base_of(taken.offset, v - 1, other))
      return offset;
    if (distance[other] >= 0 && reads(other - 1, v)) {
      const int base = base_of(offset, other - 1, v), least = taken.offset + distance[other];
      return min_of(base < least ? offset + least - base : offset, end + own.before);
    }
    return end + own.before;
  }

  /// The same for values that need RAM blocks of their own.
  constexpr int free_block(int offset, int v, int other) const {
    const Value& own = values[v];
    const Value& taken = values[other];
    const int size = device.data_block_bytes;
    const int begin = (taken.offset - taken.before) / size, behind = ceil_div(taken.offset + taken.bytes, size);
    const bool below = (offset + own.bytes - 1) / size < begin, above = (offset - own.before) / size >= behind;
    return below || above ? offset : size * behind + own.before;
  }

  /// The same for values without a common instance, if the word that a reset writes for one of them may hit the other.
  constexpr int free_of_reset(int offset, int v, int other) const {
    const Value& own = values[v];
    const Value& taken = values[other];
    const bool hits = reset_hits(v, other);
    const int begin = taken.offset - (hits ? taken.before : 0), end = taken.offset + (hits ? taken.bytes : 4);
    const int before = hits ? 0 : own.before, bytes = hits ? 4 : own.bytes;
    return offset - before >= end || offset + bytes <= begin ? offset : end + before;
  }

  /// Bytes that v needs below `above`: its own; the output of a streaming layer at least those of the ring it reads.
  constexpr int bytes_below(int v, int above) const {
    const bool streams = values[above].streams && v == above + 1;
    return streams ? max_of(values[v].bytes, values[above].bytes) : values[v].bytes;
  }

  constexpr bool reads(int layer, int v) const {
    for (int source : graph[layer].sources)
      if (tensor_number(source) == v) return true;
    return false;
  }

  /// Where a layer starts to read if one of its operands lies at an offset.
  constexpr int base_of(int offset, int layer, int v) const {
    if (graph[layer].sources.size > 1)
      for (int k = 0; k < graph[layer].sources.size; ++k)
        if (tensor_number(graph[layer].sources[k]) == v) return offset - 4 * k;
    return offset;
  }
};

/// Chooses all offsets in each OffsetOrder and keeps those whose highest tensor ends lowest; returns that end.
template <int N>
constexpr int choose_offsets(const Graph<N>& graph, const Plan<N>& plan, const Device& device, bool in_place,
                             int margin, Values<N>& values) {
  OffsetChoice<N> choice{graph, plan, device, values};
  choice.prepare(in_place, margin);
  int best = 0, lowest = -1;
  for (int order = 0; order < offset_orders; ++order) {
    choice.run(static_cast<OffsetOrder>(order));
    const int peak = choice.peak();
    if (lowest >= 0 && peak >= lowest) continue;
    lowest = peak;
    best = order;
  }
  if (best != offset_orders - 1) choice.run(static_cast<OffsetOrder>(best));
  return lowest;
}

}  // namespace incuse::max7800x::detail
