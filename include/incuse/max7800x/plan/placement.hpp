// Placement of tensors: which processors own them and where they lie in the data memories, by hand or automatically.
// Spec: max7800x-placement, max7800x-network-description (section 4).
#pragma once

#include <incuse/max7800x/plan/arrangement.hpp>
#include <incuse/max7800x/plan/attempts.hpp>
#include <incuse/max7800x/plan/placement_offsets.hpp>
#include <incuse/max7800x/plan/placement_processors.hpp>

namespace incuse::max7800x {

// Placement by hand ---------------------------------------------------------------------------------------------------

/// Fills in what the author left out, by the conventions of the vendor's descriptions: a layer writes where the next
/// one reads, reads where the previous one wrote, and the last output starts at processor 0. Layers that read or write
/// the rolling buffer do so where it lies.
template <int N>
constexpr void place_by_hand(const Graph<N>& graph, Plan<N>& plan) {
  plan.buffer.processors = graph.buffer.processors;
  plan.buffer.offset = graph.buffer.offset;
  for (int i = 0; i < graph.size; ++i) {
    const Placement& hand = graph[i].placement;
    LayerPlan& layer = plan[i];
    layer.processors = hand.processors;
    layer.write_gap = hand.write_gap;
    if (hand.output_processors != 0)
      layer.output_processors = hand.output_processors;
    else if (graph[i].writes_buffer())
      layer.output_processors = plan.buffer.processors;
    else if (i + 1 < graph.size)
      layer.output_processors = graph[i + 1].placement.processors;
    else
      layer.output_processors = processor_range(0, layer.out.channels);
    if (hand.out_offset != Placement::not_given)
      layer.out_offset = hand.out_offset;
    else if (graph[i].writes_buffer())
      layer.out_offset = plan.buffer.offset_of(first_buffer_row(graph, i));
    if (hand.in_offset != Placement::not_given)
      layer.in_offset = hand.in_offset;
    else if (graph[i].reads_buffer())
      layer.in_offset = plan.buffer.offset_of(graph[i].crop_top);
    else
      layer.in_offset = i == 0 ? 0 : plan[i - 1].out_offset;
  }
  if (graph.input_offset != Placement::not_given) plan[0].in_offset = graph.input_offset;
  plan.input_format = graph.input_format == DataFormat::automatic ? DataFormat::hwc : graph.input_format;
}

// Automatic placement -------------------------------------------------------------------------------------------------

namespace detail {

/// True if a layer can be the last one that streams. It needs padding, since whole rows arrive at once behind it
/// (placement sheet, section 8); a 1x1 convolution runs as a 3x3 one with padding then.
constexpr bool can_stream_last(const Layer& layer) {
  const bool widened = layer.op == Operator::conv2d && layer.kernel.area() == 1;
  return widened || layer.padding.exists();
}

/// True if the layers that stream are the first ones, and nothing but the next layer reads what they write.
template <int N>
constexpr bool streams_in_front(const Graph<N>& graph) {
  const int streamed = streamed_layers(graph);
  for (int i = 0; i < graph.size; ++i) {
    if (i >= streamed && graph[i].streaming) return false;
    for (int source : graph[i].sources)
      if (source != rolling_buffer && source < streamed - 1 && (source != i - 1 || graph[i].sources.size > 1))
        return false;
  }
  return streamed == 0 || can_stream_last(graph[streamed - 1]);
}

template <int N>
constexpr void note_placement(const Graph<N>& graph, const Values<N>& values, const Options& options, Plan<N>& plan) {
  if (graph.buffer.exists()) {
    plan.buffer.processors = values[buffer_value(graph)].map();
    plan.buffer.offset = values[buffer_value(graph)].offset;
  }
  for (int i = 0; i < graph.size; ++i) {
    LayerPlan& layer = plan[i];
    const int first = value_of(graph, graph[i].sources[0]);
    layer.processors = 0;
    for (int source : graph[i].sources) layer.processors |= values[value_of(graph, source)].map();
    layer.in_offset = values[first].offset;
    if (graph[i].sources.size > 1) layer.in_offset -= member_of(graph, graph[i], 0, options).bytes;
    layer.in_offset += cropped_bytes(graph, graph[i], options);
    layer.output_processors = values[tensor_number(i)].map();
    layer.out_offset = values[tensor_number(i)].offset;
    if (graph[i].writes_buffer()) layer.out_offset = plan.buffer.offset + bytes_into_buffer(graph, plan, i);
    layer.write_gap = values[tensor_number(i)].gap;
    layer.fans_out = i == 0 && options.fans_out();
  }
}

/// True if a plan has all maps, offsets and gaps that the author has given.
template <int N>
constexpr bool keeps_what_is_given(const Graph<N>& graph, const Plan<N>& plan) {
  const auto kept = [](auto given, auto nothing, auto planned) { return given == nothing || given == planned; };
  for (int i = 0; i < graph.size; ++i) {
    const Placement& hand = graph[i].placement;
    if (!kept(hand.processors, ProcessorMap{0}, plan[i].processors) ||
        !kept(hand.output_processors, ProcessorMap{0}, plan[i].output_processors) ||
        !kept(hand.in_offset, Placement::not_given, plan[i].in_offset) ||
        !kept(hand.out_offset, Placement::not_given, plan[i].out_offset) || !kept(hand.write_gap, 0, plan[i].write_gap))
      return false;
  }
  return kept(graph.input_offset, Placement::not_given, plan[0].in_offset) &&
         kept(graph.buffer.offset, Placement::not_given, plan.buffer.offset) &&
         kept(graph.buffer.processors, ProcessorMap{0}, plan.buffer.processors);
}

/// Gives precedence to the tensors that found their instances too full when they chose them. If there are none, because
/// the free space was only fragmented, to those that end outside their instances.
template <int N>
constexpr void raise_what_lies_outside(const Values<N>& values, const PerTensor<bool, N>& short_of,
                                       const Device& device, Precedence<N>& precedence) {
  bool any = false;
  for (int v = 0; v < values.size; ++v) any = any || short_of[v];
  for (int v = 0; v < values.size; ++v)
    if (any ? short_of[v] : values[v].offset + values[v].bytes > device.instance_bytes) precedence.raise(v);
}

}  // namespace detail

/// True if tensors can be placed automatically at all: with the copies that the hardware needs, with layers that stream
/// only in front, and with a rolling buffer only if a layer writes to it and the first one reads the input.
template <int N>
constexpr bool can_be_placed(const Graph<N>& graph, const Options& options) {
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].in.channels <= 0 || graph[i].out.channels <= 0) return false;
  if (graph.buffer.exists() && detail::buffer_value(graph) == 0) return false;
  if (graph.size > 0 && graph[0].reads_buffer()) return false;
  return graph.size > 0 && !lacks_copies(graph, options) && detail::streams_in_front(graph);
}

/// Places all tensors in one particular way, around what is given by hand. Where a tensor would have to lie in two
/// places, or elsewhere than is given, no tensor is placed and `peak_bytes` is `no_place`. Tensors that find no place,
/// in the data memories or for their readers' weights, are raised in `precedence`: another attempt lets them choose
/// earlier.
template <int N>
constexpr void place_as(PlacementAttempt attempt, const Graph<N>& graph, const Device& device, const Options& options,
                        Plan<N>& plan, detail::Precedence<N>& precedence) {
  plan.input_format = attempt.input_format;
  plan.in_place = attempt.in_place;
  plan.fits_data_memory = false;
  plan.peak_bytes = no_place;
  detail::Values<N> values = detail::values_of(graph, plan, device, options, attempt.moves, attempt.in_place);
  if (!values.consistent) return;
  detail::ProcessorChoice<N> choice{values, device, precedence};
  choice.run();
  if (!choice.possible) return;
  int peak = detail::choose_offsets(graph, plan, device, attempt.in_place, detail::in_place_margin, values);
  if (attempt.in_place && peak > device.instance_bytes)
    peak = detail::choose_offsets(graph, plan, device, true, 0, values);
  Plan<N> placed = plan;
  detail::note_placement(graph, values, options, placed);
  if (!detail::keeps_what_is_given(graph, placed)) return;
  plan = placed;
  plan.peak_bytes = peak;
  plan.fits_data_memory = peak <= device.instance_bytes;
  if (!plan.fits_data_memory) return detail::raise_what_lies_outside(values, choice.short_of, device, precedence);
  for (int v = 0; v < values.size; ++v)
    if (choice.crowded[v]) precedence.raise(v);
}

/// Whether an attempt can succeed, from sums of bytes and columns alone. Processor maps have no holes: two maps that
/// each take more than half of the processors have the middle ones in common. `passes`: a plan in which only the
/// numbers of passes are filled in.
template <int N>
constexpr Outlook outlook_of(PlacementAttempt attempt, const Graph<N>& graph, const Device& device,
                             const Options& options, Plan<N> passes) {
  passes.input_format = attempt.input_format;
  const detail::Values<N> values = detail::values_of(graph, passes, device, options, attempt.moves, attempt.in_place);
  if (!values.consistent) return {};
  for (int v = 0; v < values.size; ++v)
    if (values.processors.head[v] == v && !detail::Family<N>(values, v).loads.fit(device)) return {};
  detail::LeastLoad columns{};
  detail::LeastLoad bytes[N + 1]{};  // while layer i runs; the last one is the time after the network
  for (int v = 0; v < values.size; ++v) {
    const detail::Value& value = values[v];
    const int blocks = bit_count(detail::blocks_in(value.pattern));
    columns.add(value.columns, blocks);
    for (int time = value.taken_from; time <= value.last_use; ++time) bytes[time].add(value.load, blocks);
  }
  bool promising = columns.fits(device.weight_columns);
  for (int time = 0; time <= graph.size; ++time) promising = promising && bytes[time].fits(device.instance_bytes);
  return {true, promising};
}

/// True if the author has said where a tensor lies.
template <int N>
constexpr bool gives_offsets(const Graph<N>& graph) {
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].placement.in_offset != Placement::not_given || graph[i].placement.out_offset != Placement::not_given)
      return true;
  return graph.input_offset != Placement::not_given || graph.buffer.offset != Placement::not_given;
}

}  // namespace incuse::max7800x
