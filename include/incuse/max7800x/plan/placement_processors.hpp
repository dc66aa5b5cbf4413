// The planner's first step: which processors own each tensor. Spec: max7800x-placement, sections 7 and 10.1.
#pragma once

#include <incuse/max7800x/plan/placement_values.hpp>

namespace incuse::max7800x::detail {

/// What a position costs, in order of importance.
struct PositionCost {
  int excess = 0;   ///< bytes by which tensors that live together exceed an instance
  int columns = 0;  ///< fullest weight memory
  int cycles = 0;   ///< that depend on the position
  int bytes = 0;    ///< fullest instance

  constexpr bool less_than(const PositionCost& other) const {
    if (excess != other.excess) return excess < other.excess;
    if (columns != other.columns) return columns < other.columns;
    if (cycles != other.cycles) return cycles < other.cycles;
    return bytes < other.bytes;
  }
};

/// Which tensors choose their processors before others: those that found no place in earlier attempts; `of` counts how
/// often.
template <int N>
struct Precedence {
  PerTensor<unsigned char, N> of{};

  constexpr void raise(int value) { ++of[INCUSE_INDEX_BELOW(value, N + 1)]; }
};

/// What the fullest block has to carry at least, wherever the loads lie.
struct LeastLoad {
  long long all = 0;   ///< of all blocks together
  long long wide = 0;  ///< of maps that take more than half of the blocks: all of these share a block

  constexpr void add(int load, int blocks) {
    all += 1LL * load * blocks;
    if (2 * blocks > instances) wide += load;
  }
  constexpr bool fits(int capacity) const { return all <= 1LL * instances * capacity && wide <= capacity; }
};

/// Loads of 4-processor blocks: of the whole chip, or of one family from its first block on.
template <int N>
struct BlockLoads {
  int columns[instances]{};
  int bytes[N + 1][instances]{};  ///< while layer i runs; the last row is the time after the network

  constexpr void add(const Value& value, int first_block) {
    unsigned blocks = blocks_in(value.pattern) << first_block;
    for (int b = 0; blocks != 0 && b < instances; ++b, blocks >>= 1) {
      if ((blocks & 1) == 0) continue;
      columns[b] += value.columns;
      for (int time = value.taken_from; time <= value.last_use; ++time) bytes[time][b] += value.load;
    }
  }
  constexpr bool fit(const Device& device) const {
    for (int b = 0; b < instances; ++b) {
      if (columns[b] > device.weight_columns) return false;
      for (int time = 0; time <= N; ++time)
        if (bytes[time][b] > device.instance_bytes) return false;
    }
    return true;
  }
};

/// Values with a fixed distance between their processors.
template <int N>
struct Family {
  BoundedList<int, N + 1> members{};
  int lowest = 0;  ///< distance of the first member from the head
  int width = 0;   ///< processors from the first to the last
  int born = 0;
  int last_use = 0;
  int given_start = -1;
  bool in_one_group = false;
  BlockLoads<N> loads{};

  constexpr Family(const Values<N>& values, int head) {
    int highest = 0;
    born = N;
    for (int v = 0; v < values.size; ++v) {
      if (values.processors.head[v] != head) continue;
      const int distance = values.processors.distance[v];
      if (members.empty() || distance < lowest) lowest = distance;
      if (members.empty() || distance + values[v].width > highest) highest = distance + values[v].width;
      members.push(v);
      born = min_of(born, values[v].taken_from);
      last_use = max_of(last_use, values[v].last_use);
      in_one_group = in_one_group || values[v].in_one_group;
    }
    width = highest - lowest;
    if (width > all_processors) return;  // has no place anyway
    for (int v : members) {
      const int distance = values.processors.distance[v] - lowest;
      loads.add(values[v], distance / processors_per_instance);
      if (values[v].given_start >= 0) given_start = max_of(0, values[v].given_start - distance);
    }
  }
};

/// Time slots of a layer without weights: its processors in the fullest group, four at a time.
constexpr int slots_of(ProcessorMap map) {
  int most = 0;
  for (int g = 0; g < groups; ++g) most = max_of(most, bit_count(group_part(map, g)));
  return ceil_div(most, processors_per_instance);
}

/// Columns of earlier placed families in the fullest of some blocks: a reader's weights may come to lie behind these.
template <int N>
constexpr int fullest(const BlockLoads<N>& loads, unsigned blocks) {
  int most = 0;
  for (unsigned b = 0; blocks != 0; ++b, blocks >>= 1)
    if ((blocks & 1) != 0) most = max_of(most, loads.columns[b]);
  return most;
}

/// Which family is placed next: first those given by hand or raised in `precedence`, then wide ones, then those that
/// need most weight columns, then those with most bytes.
struct Urgency {
  bool given = false;
  int precedence = 0;
  bool wide = false;  ///< 60 processors or more: at most two positions
  long long columns = 0;
  int bytes = 0;

  constexpr void add(const Value& value, int raised) {
    given = given || value.given_start >= 0;
    precedence = max_of(precedence, raised);
    wide = wide || value.width >= 60;
    columns += static_cast<long long>(value.columns) * value.width;
    bytes = max_of(bytes, value.load);
  }
  constexpr bool less_than(const Urgency& other) const {
    if (given != other.given) return other.given;
    if (precedence != other.precedence) return precedence < other.precedence;
    if (wide != other.wide) return other.wide;
    if (columns != other.columns) return columns < other.columns;
    return bytes < other.bytes;
  }
};

/// Chooses the first processor of every tensor, in the order of `Urgency`. Maps start at multiples of 4: other starts
/// cost columns and cycles.
template <int N>
struct ProcessorChoice {
  Values<N>& values;
  const Device& device;
  const Precedence<N>& precedence;
  BlockLoads<N> loads{};
  bool possible = true;           ///< false: a tensor would have to be in two groups
  PerTensor<bool, N> short_of{};  ///< values for whose families the data memories were too full …
  PerTensor<bool, N> crowded{};   ///< … or the weight memories
  /// number of values that have to share a group of processors, under their head (`Values::groups`)
  PerTensor<int, N> partners{};

  constexpr void run() {
    PerTensor<Urgency, N> urgency{};
    for (int v = 0; v < values.size; ++v) {
      urgency[values.processors.head[v]].add(values[v], precedence.of[v]);
      ++partners[values.groups.head[v]];
    }
    while (possible) {
      int next = -1;
      for (int v = 0; v < values.size; ++v)
        if (values.processors.head[v] == v && values[v].start < 0 && (next < 0 || urgency[next].less_than(urgency[v])))
          next = v;
      if (next < 0) break;
      place(Family<N>(values, next));
    }
  }

 private:
  constexpr void place(const Family<N>& family) {
    int start = family.given_start;
    PositionCost best{};
    if (start < 0) {
      for (int other = 0; other + family.width <= all_processors; other += processors_per_instance) {
        if (!allowed(family, other)) continue;
        const PositionCost cost = cost_of(family, other);
        if (start >= 0 && !cost.less_than(best)) continue;
        best = cost;
        start = other;
      }
    }
    if (start < 0 || start + family.width > all_processors) {
      possible = false;
      return;
    }
    for (int v : family.members) {
      short_of[v] = best.excess > 0;
      crowded[v] = best.columns > device.weight_columns;
      values[v].start = start + values.processors.distance[v] - family.lowest;
      loads.add(values[v], values[v].start / processors_per_instance);
    }
  }

  /// False if with this start a layer without weights would read and write different groups, or pack channels across
  /// groups.
  constexpr bool allowed(const Family<N>& family, int start) const {
    const auto group_at = [](int first, int width) {
      const int group = first / processors_per_group;
      return group == (first + width - 1) / processors_per_group ? group : -1;
    };
    if (family.in_one_group && group_at(start, family.width) < 0) return false;
    for (int v : family.members) {
      const int head = values.groups.head[v];
      if (partners[head] < 2) continue;
      const int group = group_at(start + values.processors.distance[v] - family.lowest, values[v].width);
      for (int other = 0; other < values.size; ++other) {
        if (other == v || values.groups.head[other] != head) continue;
        if (group < 0 || (values[other].start >= 0 && values[other].start / processors_per_group != group))
          return false;
      }
    }
    return true;
  }

  constexpr PositionCost cost_of(const Family<N>& family, int start) const {
    PositionCost cost;
    const int first = start / processors_per_instance;
    const int count = min_of(ceil_div(family.width, processors_per_instance), instances - first);
    for (int b = 0; b < count; ++b)
      cost.columns = max_of(cost.columns, loads.columns[first + b] + family.loads.columns[b]);
    for (int time = family.born; time <= family.last_use; ++time) {
      const int* const others = loads.bytes[time] + first;
      const int* const own = family.loads.bytes[time];
      for (int b = 0; b < count; ++b) {
        const int sum = own[b] == 0 ? 0 : own[b] + others[b];
        if (sum > cost.bytes) cost.bytes = sum;
      }
    }
    cost.excess = max_of(0, cost.bytes - device.instance_bytes);
    for (int v : family.members) {
      const Value& value = values[v];
      if (value.slots == 0 && value.preparation == 0) continue;
      const ProcessorMap map = value.pattern << (start + values.processors.distance[v] - family.lowest);
      cost.cycles += value.slots * slots_of(map) + value.preparation * fullest(loads, blocks_in(map));
    }
    return cost;
  }
};

}  // namespace incuse::max7800x::detail
