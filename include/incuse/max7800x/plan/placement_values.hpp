// The tensors of a network as the planner sees them: how much memory each takes, for how long, and which ones lie in a
// fixed position to each other. Spec: max7800x-placement, sections 2 to 6 and 8.
#pragma once

#include <incuse/max7800x/plan/gathering.hpp>
#include <incuse/max7800x/plan/streaming.hpp>

namespace incuse::max7800x::detail {

/// A tensor to be placed: number 0 is the network's input, number i + 1 the output of layer i. Positions are relative
/// to its start, a multiple of 4 processors, and to its offset.
struct Value {
  ProcessorMap pattern = 0;  ///< its processors, from the start on …
  int width = 0;             ///< … to the last one
  int before = 0;            ///< bytes that are written in front of the offset …
  int bytes = 0;             ///< … and from it on, per instance
  int load = 0;              ///< bytes of its own words, without the gaps between them
  int gap = 0;               ///< words between two of its words
  int columns = 0;           ///< of weight memory that its readers need in each of its processors
  int slots = 0;             ///< pooled pixels x passes of its readers without weights: time slots for every 4 channels
  int preparation = 0;       ///< cycles that its readers lose for every weight column in front of their own
  int born = 0;              ///< layer that writes it; the input is there from layer 0 on
  int taken_from = 0;        ///< layer from which its place is reserved; interleaved operands: the first of the writers
  int last_use = 0;          ///< last layer that needs it
  bool in_one_group = false;
  bool streams = false;   ///< a ring that a streaming layer reads
  int given_start = -1;   ///< by hand, or where the FIFOs deliver it
  int given_offset = -1;  ///< by hand
  int start = -1;         ///< once chosen
  int offset = -1;        ///< once chosen

  constexpr ProcessorMap map() const { return pattern << start; }
  constexpr bool lives_with(const Value& other) const { return born <= other.last_use && other.born <= last_use; }
};

/// Instances of a map, one bit each.
constexpr unsigned blocks_in(ProcessorMap map) {
  unsigned blocks = 0;
  for (int b = 0; map != 0; ++b, map >>= processors_per_instance)
    if ((map & 0xf) != 0) blocks |= 1u << b;
  return blocks;
}

/// Values that must keep a fixed distance from each other form a family; one of them is its head.
template <int N>
struct Families {
  PerTensor<int, N> head{};
  PerTensor<int, N> distance{};  ///< from the head

  constexpr Families() {
    for (int v = 0; v <= N; ++v) head[v] = v;
  }
  /// Puts value b at a given distance from value a. False if they are a family already, with another distance.
  constexpr bool tie(int a, int b, int apart) {
    const int moved = distance[a] + apart - distance[b];
    if (head[a] == head[b]) return moved == 0;
    const int old = head[b];
    for (int v = 0; v <= N; ++v) {
      if (head[v] != old) continue;
      head[v] = head[a];
      distance[v] += moved;
    }
    return true;
  }
};

template <int N>
struct Values {
  PerTensor<Value, N> items{};
  int size = 0;
  Families<N> processors{};  ///< values that are tied by a distance in processors
  Families<N> memory{};      ///< values that are tied by a distance in bytes
  Families<N> groups{};      ///< values that have to lie in the same group, wherever in it
  bool consistent = true;    ///< false: a tensor would have to be in two places

  constexpr const Value& operator[](int v) const { return items[INCUSE_INDEX_BELOW(v, N + 1)]; }
  constexpr Value& operator[](int v) { return items[INCUSE_INDEX_BELOW(v, N + 1)]; }
};

/// The value that stands for the rolling buffer: the output of the first layer that writes to it, which is reserved for
/// all of its rows and all the time. Layers only read the buffer if there is one.
template <int N>
constexpr int buffer_value(const Graph<N>& graph) {
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].writes_buffer()) return i + 1;
  return 0;
}
/// The value that a source of a layer names.
template <int N>
constexpr int value_of(const Graph<N>& graph, int source) {
  return source == rolling_buffer ? buffer_value(graph) : tensor_number(source);
}
/// Bytes from the rolling buffer's first row to the one where a layer begins to write.
template <int N>
constexpr int bytes_into_buffer(const Graph<N>& graph, const Plan<N>& plan, int index) {
  return 4 * plan.buffer.passes.count * first_buffer_row(graph, index);
}

/// How many layers at the beginning of the network stream: they run at the same time.
template <int N>
constexpr int streamed_layers(const Graph<N>& graph) {
  int count = 0;
  while (count < graph.size && graph[count].streaming) ++count;
  return count;
}

/// Processors of the network's input, from the first one on (placement sheet, sections 3 and 8). If the FIFOs cannot
/// deliver so many channels, the map is that of an input without FIFOs, and the rule fifo_processors reports it.
constexpr ProcessorMap input_pattern(int channels, DataFormat format, const Options& options) {
  const bool chw = format == DataFormat::chw;
  if (options.fans_out()) {
    const ProcessorMap map = processor_range(0, min_of(channels, processors_per_group));
    return map | map << 16 | map << 32 | map << 48;
  }
  const bool from_fifos = options.uses_fifo() && channels <= (chw ? groups : processors_per_group);
  ProcessorMap map = 0;
  for (int c = 0; c < channels && c < all_processors; ++c) {
    int processor = c;
    if (from_fifos)
      processor = chw ? processors_per_group * c
                      : processors_per_group * (c / processors_per_instance) + c % processors_per_instance;
    else if (chw && channels <= instances)
      processor = processors_per_instance * c;
    map |= ProcessorMap{1} << processor;
  }
  return map;
}

/// As many processors in each group as a map has there, from the group's first one on: where a layer without weights
/// writes what it reads from that map.
constexpr ProcessorMap packed_in_groups(ProcessorMap map) {
  ProcessorMap packed = 0;
  for (int g = 0; g < groups; ++g)
    packed |= ((ProcessorMap{1} << bit_count(group_part(map, g))) - 1) << (processors_per_group * g);
  return packed;
}

/// Computes the values of a network: what each one needs, and which are tied to each other.
template <int N>
struct ValueCollector {
  const Graph<N>& graph;
  const Plan<N>& plan;
  const Device& device;
  const Options& options;
  bool moves;  ///< layers without weights may write to other processors than they read from
  Values<N> values{};

  constexpr void collect() {
    values.size = graph.size + 1;
    describe_input();
    for (int i = 0; i < graph.size; ++i) {
      describe_output(i);
      describe_reading(i);
    }
    if (graph.buffer.exists()) describe_buffer();
    stream();
    if (runs_again(device, options)) keep_for_repetitions();
    for (int i = 0; i < graph.size; ++i) keep_what_is_given(i);
  }

 private:
  constexpr void describe_input() {
    Value& input = values[0];
    const bool channels_first = plan.input_format == DataFormat::chw;
    input.pattern = input_pattern(plan[0].in.channels, plan.input_format, options);
    input.bytes = input.load = round_up(input_bytes(graph[0], plan[0], channels_first), 4);
    if (options.uses_fifo()) input.given_start = 0;
    input.given_offset = min_of(graph.input_offset, no_place);
  }

  constexpr void describe_output(int i) {
    Value& value = values[tensor_number(i)];
    const int words = output_bytes(graph[i], plan[i]) / 4;
    const int surplus = surplus_output_pixels(graph[i]) * plan[i].out.count * (graph[i].wide ? 4 : 1);
    value.pattern = processor_range(0, plan[i].out.channels);
    value.before = ignored_output_bytes(graph[i], plan[i].out.count, graph[i].placement.write_gap);
    value.bytes = 4 * (words + surplus);
    value.load = value.before + value.bytes;
    value.born = value.taken_from = i;
    value.last_use = i + 1;  // the vendor's rule: the next layer must not overwrite it, even if it does not read it
    if (graph[i].output) value.last_use = graph.size;
    value.gap = graph[i].placement.write_gap;
    if (graph[i].may_exit()) keep_exit_word(value);
  }

  /// The chip compares the word behind every layer: nothing else may lie there, not even the exit's own input.
  constexpr void keep_exit_word(Value& value) {
    value.born = value.taken_from = 0;
    value.last_use = graph.size;
  }

  /// All rows of the rolling buffer are one value, and what layers write into it lies in its place there.
  constexpr void describe_buffer() {
    const int v = buffer_value(graph);
    Value& buffer = values[v];
    buffer.before = 0;
    buffer.bytes = buffer.load = 4 * graph.buffer.rows * plan.buffer.passes.count;
    buffer.born = buffer.taken_from = 0;
    buffer.last_use = graph.size;
    for (int i = v; i < graph.size; ++i)
      if (graph[i].writes_buffer()) tie(v, i + 1, 0, bytes_into_buffer(graph, plan, i));
    if (graph.buffer.offset != Placement::not_given) buffer.given_offset = min_of(graph.buffer.offset, no_place);
    if (graph.buffer.processors != 0) give_map(v, graph.buffer.processors);
  }

  constexpr void describe_reading(int i) {
    const Layer& layer = graph[i];
    if (layer.elementwise != Elementwise::none) share_pattern(layer);
    for (int k = 0; k < layer.sources.size; ++k) {
      const int v = value_of(graph, layer.sources[k]);
      Value& source = values[v];
      source.last_use = max_of(source.last_use, i);
      if (layer.sources.size < 2) continue;
      const Member member = member_of(graph, layer, k, options);
      const Member first = member_of(graph, layer, 0, options);
      source.gap = max_of(source.gap, member.gap);
      tie(value_of(graph, layer.sources[0]), v, member.processors - first.processors, member.bytes - first.bytes);
      values.consistent = values.consistent && member.possible;
      if (member.gap == 0) continue;
      for (int sibling : layer.sources)
        source.taken_from = min_of(source.taken_from, values[value_of(graph, sibling)].born);
    }
    describe_cost(i);
    if (layer.weighted() && layer.groups == 1) return;
    const int read = value_of(graph, layer.sources[0]);
    const ProcessorMap pattern = values[read].pattern;
    const bool is_spread = pattern != processor_range(0, bit_count(pattern)) && same_patterns(layer);
    // The channels of a depth-wise layer stay where they are; those of a spread tensor are packed group by group.
    if (layer.groups > 1 && layer.sources.size == 1)
      values[tensor_number(i)].pattern = pattern;
    else if (is_spread && bit_count(pattern) == plan[i].out.channels)
      values[tensor_number(i)].pattern = packed_in_groups(pattern);
    values[tensor_number(i)].in_one_group = has_holes(i);
    // A reset in front of a depth-wise layer whose outputs move may write to the first word of the data memory.
    const bool stays = layer.buffer_shift != 0 || (layer.groups > 1 && plan[i].resets);
    const bool in_groups = is_spread && pattern >> processors_per_group != 0;
    if (moves && !stays && plan[i].out.channels <= processors_per_group && !has_holes(i) && !in_groups)
      values.groups.tie(read, i + 1, 0);
    else
      values.processors.tie(read, i + 1, 0);
  }

  /// Operands that are combined lie on the same processors: if one of them is spread, convolutions spread the others.
  constexpr void share_pattern(const Layer& layer) {
    ProcessorMap spread = 0;
    for (int source : layer.sources) {
      const ProcessorMap own = values[value_of(graph, source)].pattern;
      if (own != processor_range(0, bit_count(own))) spread = own;
    }
    for (int source : layer.sources) {
      const bool convolved = source >= 0 && graph[source].weighted() && graph[source].groups == 1;
      Value& operand = values[value_of(graph, source)];
      if (spread != 0 && convolved && bit_count(operand.pattern) == bit_count(spread)) operand.pattern = spread;
    }
  }

  /// True if all tensors that a layer reads lie on processors in the same way.
  constexpr bool same_patterns(const Layer& layer) const {
    for (int source : layer.sources)
      if (values[value_of(graph, source)].pattern != values[value_of(graph, layer.sources[0])].pattern) return false;
    return true;
  }

  constexpr void tie(int a, int b, int processors, int bytes) {
    const bool tied = values.processors.tie(a, b, processors);
    values.consistent = values.memory.tie(a, b, bytes) && tied && values.consistent;
  }

  constexpr void describe_cost(int i) {
    const Layer& layer = graph[i];
    const LayerPlan& placed = plan[i];
    if (layer.weighted()) {
      const Layer hardware = hardware_layer(graph, i);
      const KernelShape shape = kernel_shape(hardware, placed.in, placed.out, processor_range(0, placed.out.channels),
                                             i == 0 && options.fans_out() ? groups : 1);
      const int columns = kernel_lengths(shape).length;
      for (int source : layer.sources) values[value_of(graph, source)].columns += round_up(columns, 4);
      if (!layer.pool_first)
        values[value_of(graph, layer.sources[0])].preparation +=
            hardware.padding.width * (layer.pooled.height + layer.pooled.width);
      return;
    }
    values[value_of(graph, layer.sources[0])].slots += placed.in.count * layer.pooled.pixels();
  }

  /// True if a layer reads tensors side by side that do not fill their blocks of 4 processors. A layer without weights
  /// writes their channels packed, which it can do only inside a group.
  constexpr bool has_holes(int i) const {
    if (gathering_of(graph, graph[i]) != Gathering::channels) return false;
    for (int source : graph[i].sources)
      if (source_shape(graph, source).channels % processors_per_instance != 0) return true;
    return false;
  }

  /// Layers that stream work at the same time, each on a ring of its input (placement sheet, section 8).
  constexpr void stream() {
    const int streamed = streamed_layers(graph);
    if (streamed == 0) return;
    for (int v = 0; v <= streamed; ++v) {
      Value& value = values[v];
      const int ring = v < streamed ? 4 * stream_counts(graph, plan, device, options, v).rollover : value.bytes;
      value.before = 0;
      const bool wide = v == streamed && graph[writer_of(v)].wide;
      value.bytes = value.load = ring + (wide ? 16 : 4);
      value.streams = v < streamed;
      value.born = value.taken_from = 0;
      value.last_use = max_of(value.last_use, streamed - 1);
    }
  }

  /// Layers that run again read their inputs again, so no tensor may be overwritten. With two repetitions the second
  /// one stops in front of the last layer: if only the last layer has an output, only that tensor has to be kept.
  constexpr void keep_for_repetitions() {
    bool only_last = options.repetitions == 2 && !options.asks_for(Feature::snooping);
    for (int i = 0; i + 1 < graph.size; ++i) only_last = only_last && !graph[i].output;
    for (int v = only_last ? graph.size : 0; v <= graph.size; ++v) {
      values[v].born = values[v].taken_from = 0;
      values[v].last_use = graph.size;
    }
  }

  constexpr void keep_what_is_given(int i) {
    const Placement& hand = graph[i].placement;
    if (hand.output_processors != 0) give_map(tensor_number(i), hand.output_processors);
    if (hand.out_offset != Placement::not_given)
      values[tensor_number(i)].given_offset = min_of(hand.out_offset, no_place);
    if (hand.out_offset != Placement::not_given && i + 1 == buffer_value(graph))
      values[tensor_number(i)].given_offset -= bytes_into_buffer(graph, plan, i);
    for (int k = 0; k < graph[i].sources.size; ++k) {
      const int v = value_of(graph, graph[i].sources[k]);
      const Member member = member_of(graph, graph[i], k, options);
      if (hand.in_offset != Placement::not_given)
        values[v].given_offset =
            min_of(hand.in_offset, no_place) + member.bytes - cropped_bytes(graph, graph[i], options);
      if (hand.processors == 0) continue;
      if (gathering_of(graph, graph[i]) != Gathering::channels || plan[i].in.count > 1)
        give_map(v, hand.processors);
      else
        give_map(v, lowest_processors(hand.processors, graph[i], k));
    }
  }

  /// Processors of source `number` of a layer that reads its sources side by side.
  constexpr ProcessorMap lowest_processors(ProcessorMap map, const Layer& layer, int number) const {
    ProcessorMap part = 0;
    for (int k = 0; k <= number; ++k) {
      part = 0;
      for (int c = source_shape(graph, layer.sources[k]).channels; c > 0 && map != 0; --c) {
        part |= map & (~map + 1);
        map &= map - 1;
      }
    }
    return part;
  }

  /// Gives value v the author's map, and also all values that need the same processors, such as other operands.
  constexpr void give_map(int v, ProcessorMap map) {
    const int start = first_bit(map) / processors_per_instance * processors_per_instance;
    const int channels = bit_count(values[v].pattern);
    for (int other = 0; other < values.size; ++other) {
      const bool same_processors = values.processors.head[other] == values.processors.head[v] &&
                                   values.processors.distance[other] == values.processors.distance[v];
      if (other != v && (!same_processors || bit_count(values[other].pattern) != channels)) continue;
      values[other].pattern = map >> start;
      values[other].given_start = start;
    }
  }
};

/// True if a layer's output may overwrite its input: the hardware can do it, and no later layer reads that input
/// (placement sheet, section 6).
template <int N>
constexpr bool may_run_in_place(const Graph<N>& graph, const Values<N>& values, int index) {
  const Layer& layer = graph[index];
  if (layer.flatten || layer.wide || layer.streaming || layer.op == Operator::conv_transpose2d || folds_rows(layer))
    return false;
  if (layer.sources.size > 1 && layer.operands == 1) return false;
  if (layer.writes_buffer() || layer.may_exit()) return false;
  for (int source : layer.sources)
    if (values[value_of(graph, source)].last_use != index) return false;
  return true;
}

/// `moves`: layers without weights may write to other processors than they read from; `in_place`: outputs may be
/// written over what is read.
template <int N>
constexpr Values<N> values_of(const Graph<N>& graph, const Plan<N>& plan, const Device& device, const Options& options,
                              bool moves, bool in_place) {
  ValueCollector<N> collector{graph, plan, device, options, moves};
  collector.collect();
  Values<N>& values = collector.values;
  // Layers without weights write where they read: their output then takes no space of its own beside the input.
  for (int i = 0; in_place && i < graph.size; ++i)
    if (!graph[i].weighted() && values[tensor_number(i)].taken_from == i && may_run_in_place(graph, values, i))
      ++values[tensor_number(i)].taken_from;
  for (int v = 0; v < values.size; ++v) {
    Value& value = values[v];
    value.bytes += (value.bytes - 4) * value.gap;
    value.width = last_bit(value.pattern) + 1;
  }
  return values;
}

}  // namespace incuse::max7800x::detail
