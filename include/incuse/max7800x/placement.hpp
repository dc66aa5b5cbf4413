// Placement of tensors: which processors own them and where they lie in the data memories. Two strategies, by hand and
// automatic. Spec: max7800x-placement, max7800x-network-description (section 4).
#pragma once

#include <incuse/max7800x/conversion.hpp>
#include <incuse/max7800x/plan_types.hpp>

namespace incuse::max7800x {

// Placement by hand -------------------------------------------------------------------------------------------------

/// Fills in what the author left out, by the conventions of the vendor's descriptions: a layer writes where the next
/// one reads, reads where the previous one wrote, and the last output starts at processor 0.
template <int N>
constexpr void place_by_hand(const Graph<N>& graph, Plan<N>& plan) {
  for (int i = 0; i < graph.size; ++i) {
    const Placement& hand = graph[i].placement;
    LayerPlan& layer = plan[i];
    layer.processors = hand.processors;
    layer.write_gap = hand.write_gap;
    if (hand.output_processors != 0)
      layer.output_processors = hand.output_processors;
    else if (i + 1 < graph.size)
      layer.output_processors = graph[i + 1].placement.processors;
    else
      layer.output_processors = processor_range(0, layer.out.channels);
    layer.out_offset = hand.out_offset == Placement::not_given ? 0 : hand.out_offset;
    if (hand.in_offset != Placement::not_given)
      layer.in_offset = hand.in_offset;
    else
      layer.in_offset = i == 0 ? 0 : plan[i - 1].out_offset;
  }
  if (graph.input_offset != Placement::not_given) plan[0].in_offset = graph.input_offset;
  plan.input_format = graph.input_format == DataFormat::automatic ? DataFormat::hwc : graph.input_format;
}

// Automatic placement -----------------------------------------------------------------------------------------------

namespace detail {

/// A tensor to be placed: number 0 is the network's input, number i + 1 the output of layer i.
struct Value {
  int width = 0;     ///< processors from the first to the last
  int spacing = 1;   ///< 4 for a CHW input: every channel has an instance of its own
  int channels = 0;  ///< processors that hold data
  int bytes = 0;     ///< per instance
  int columns = 0;   ///< weight memory that the layers which read it need in each of its processors
  int born = 0;      ///< layer that writes it; the input is there from layer 0 on
  int last_use = 0;  ///< last layer that needs it
  int tied_to = -1;  ///< earlier value with the same processors: pass-through layers keep them
  int start = -1;    ///< first processor, once chosen
  int offset = -1;   ///< bytes, once chosen

  constexpr ProcessorMap map() const {
    if (spacing == 1) return processor_range(start, channels);
    ProcessorMap bits = 0;
    for (int c = 0; c < channels; ++c) bits |= ProcessorMap{1} << (start + c * spacing);
    return bits;
  }
  constexpr int first_block() const { return start / processors_per_instance; }
  constexpr int end_block() const { return ceil_div(start + width, processors_per_instance); }
  constexpr bool lives_with(const Value& other) const { return born <= other.last_use && other.born <= last_use; }
  constexpr bool shares_block_with(const Value& other) const {
    return first_block() < other.end_block() && other.first_block() < end_block();
  }
};

template <int N>
struct Values {
  Value items[N + 1]{};
  int size = 0;
};

/// A chain of layers that each read one earlier tensor: what the automatic strategy covers.
template <int N>
constexpr bool reads_one_tensor(const Graph<N>& graph, int layer) {
  return graph[layer].operands == 1 && graph[layer].sources.size == 1 && !graph[layer].streaming;
}

/// Value that layer `layer` reads.
template <int N>
constexpr int source_value(const Graph<N>& graph, int layer) {
  return graph[layer].sources[0] + 1;
}

template <int N>
constexpr Values<N> values_of(const Graph<N>& graph, const Plan<N>& plan) {
  Values<N> values{};
  values.size = graph.size + 1;
  Value& input = values.items[0];
  input.channels = plan[0].in.channels;
  input.spacing = plan.input_format == DataFormat::chw ? processors_per_instance : 1;
  input.width = (input.channels - 1) * input.spacing + 1;
  input.bytes = round_up(input_bytes(graph[0], plan[0], plan.input_format == DataFormat::chw), 4);
  for (int i = 0; i < graph.size; ++i) {
    Value& value = values.items[i + 1];
    value.channels = value.width = plan[i].out.channels;
    value.bytes = output_bytes(graph[i], plan[i]);
    value.born = i;
    value.last_use = i + 1;  // the vendor's rule: the next layer spares it, whether it reads it or not
    if (graph[i].output) value.last_use = graph.size;
    Value& source = values.items[source_value(graph, i)];
    source.last_use = max_of(source.last_use, i);
    if (graph[i].weighted()) {
      const KernelShape shape =
          kernel_shape(hardware_layer(graph, i), plan[i].in.count, plan[i].in.channels, plan[i].out.count,
                       plan[i].out.channels, processor_range(0, plan[i].out.channels));
      source.columns += round_up(kernel_columns(shape).length, 4);
    } else {
      value.tied_to = source_value(graph, i);
    }
  }
  return values;
}

/// What a tensor's position costs, in order of importance.
struct PositionCost {
  int excess = 0;   ///< bytes by which tensors that live together exceed an instance
  int columns = 0;  ///< fullest weight memory
  int bytes = 0;    ///< fullest instance

  constexpr bool less_than(const PositionCost& other) const {
    if (excess != other.excess) return excess < other.excess;
    if (columns != other.columns) return columns < other.columns;
    return bytes < other.bytes;
  }
};

/// Loads of the tensors placed so far, per 4-processor block.
template <int N>
struct BlockLoads {
  int columns[instances]{};
  int bytes[N + 1][instances]{};  ///< while layer i runs; the last row is the time after the network

  constexpr PositionCost cost_of(const Value& value, int start, const Device& device) const {
    Value moved = value;
    moved.start = start;
    PositionCost cost;
    for (int b = moved.first_block(); b < moved.end_block(); ++b) {
      cost.columns = max_of(cost.columns, columns[b] + value.columns);
      for (int time = value.born; time <= value.last_use; ++time)
        cost.bytes = max_of(cost.bytes, bytes[time][b] + value.bytes);
    }
    cost.excess = max_of(0, cost.bytes - device.instance_bytes);
    return cost;
  }
  constexpr void add(const Value& value) {
    for (int b = value.first_block(); b < value.end_block(); ++b) {
      columns[b] += value.columns;
      for (int time = value.born; time <= value.last_use; ++time) bytes[time][b] += value.bytes;
    }
  }
};

/// Chooses the first processor of every tensor, those that need most weight memory first. Maps start at multiples of 4:
/// other starts cost columns and cycles. Tied tensors are decided by the one they are tied to.
template <int N>
constexpr void choose_processors(Values<N>& values, const Device& device) {
  BlockLoads<N> loads{};
  const auto weight = [&](int v) { return values.items[v].columns * values.items[v].width; };
  for (int placed = 0; placed < values.size; ++placed) {
    int next = -1;
    for (int v = 0; v < values.size; ++v) {
      const Value& value = values.items[v];
      if (value.start >= 0 || (value.tied_to >= 0 && values.items[value.tied_to].start < 0)) continue;
      if (next < 0 || weight(v) > weight(next)) next = v;
    }
    Value& value = values.items[next];
    if (value.tied_to >= 0) {
      value.start = values.items[value.tied_to].start;
    } else {
      value.start = 0;
      PositionCost best = loads.cost_of(value, 0, device);
      for (int start = 4; start + value.width <= all_processors; start += 4) {
        const PositionCost cost = loads.cost_of(value, start, device);
        if (cost.less_than(best)) {
          best = cost;
          value.start = start;
        }
      }
    }
    loads.add(value);
  }
}

/// Lowest offset where the tensor meets no placed one that lives at the same time in a shared instance.
template <int N>
constexpr int lowest_offset(const Values<N>& values, const Value& value) {
  int offset = 0;
  for (bool moved = true; moved;) {
    moved = false;
    for (int v = 0; v < values.size; ++v) {
      const Value& other = values.items[v];
      if (other.offset < 0 || !other.lives_with(value) || !other.shares_block_with(value)) continue;
      if (offset < other.offset + other.bytes && other.offset < offset + value.bytes) {
        offset = other.offset + other.bytes;
        moved = true;
      }
    }
  }
  return offset;
}

/// Chooses the offsets, largest tensors first.
template <int N>
constexpr void choose_offsets(Values<N>& values) {
  for (int placed = 0; placed < values.size; ++placed) {
    int next = -1;
    for (int v = 0; v < values.size; ++v)
      if (values.items[v].offset < 0 && (next < 0 || values.items[v].bytes > values.items[next].bytes)) next = v;
    values.items[next].offset = lowest_offset(values, values.items[next]);
  }
}

template <int N>
constexpr void note_placement(const Graph<N>& graph, const Values<N>& values, Plan<N>& plan) {
  for (int i = 0; i < graph.size; ++i) {
    const Value& in = values.items[source_value(graph, i)];
    const Value& out = values.items[i + 1];
    plan[i].processors = in.map();
    plan[i].in_offset = in.offset;
    plan[i].output_processors = out.map();
    plan[i].out_offset = out.offset;
  }
}

template <int N>
constexpr bool fits_in_instances(const Values<N>& values, const Device& device) {
  for (int v = 0; v < values.size; ++v)
    if (values.items[v].offset + values.items[v].bytes > device.instance_bytes) return false;
  return true;
}

/// True if the input's channels can each have an instance of their own (placement sheet, section 3). Only the first
/// layer reads such an input, and a layer that passes data through would have to gather the channels: it cannot move
/// them between groups.
template <int N>
constexpr bool can_be_channels_first(const Graph<N>& graph) {
  for (int i = 1; i < graph.size; ++i)
    if (source_value(graph, i) == 0) return false;
  const int channels = graph[0].in.channels;
  return graph[0].operands == 1 && channels <= instances && (graph[0].weighted() || channels == 1);
}

}  // namespace detail

/// Places a network whose layers each read one tensor. The input lies in HWC order if that fits, else in CHW order.
/// Returns false, with nothing placed, for networks that it does not cover; a network that is too large is placed, and
/// the rules tell what does not fit.
template <int N>
constexpr bool place_automatically(const Graph<N>& graph, const Device& device, Plan<N>& plan) {
  for (int i = 0; i < graph.size; ++i) {
    if (!detail::reads_one_tensor(graph, i)) return false;
    if (graph[i].in.channels <= 0 || graph[i].out.channels <= 0) return false;
  }
  const auto place = [&](DataFormat format) {
    plan.input_format = format;
    detail::Values<N> values = detail::values_of(graph, plan);
    detail::choose_processors(values, device);
    detail::choose_offsets(values);
    detail::note_placement(graph, values, plan);
    return detail::fits_in_instances(values, device);
  };
  const bool chw_possible = detail::can_be_channels_first(graph) && graph.input_format != DataFormat::hwc;
  if (graph.input_format == DataFormat::chw && chw_possible)
    place(DataFormat::chw);
  else if (!place(DataFormat::hwc) && chw_possible)
    place(DataFormat::chw);
  return true;
}

}  // namespace incuse::max7800x
