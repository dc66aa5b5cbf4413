// Input through FIFOs and streaming layers: when a layer may start, and how much of its input is buffered.
// Source: register sheet (max7800x-registers), sections 3.17, 3.19, 3.20.
#pragma once

#include <incuse/max7800x/options.hpp>
#include <incuse/max7800x/plan/conversion.hpp>
#include <incuse/max7800x/plan/plan_types.hpp>

namespace incuse::max7800x {

/// Contents of the streaming registers of one layer; all 0 for a layer that neither streams nor reads a FIFO.
struct StreamCounts {
  int start = 0;     ///< input words that must be there before the layer starts
  int delta1 = 0;    ///< further words before the next column …
  int delta2 = 0;    ///< … and before the next row
  int invol = 0;     ///< sum of the passes of all earlier layers
  int rollover = 0;  ///< words of the buffer
};

/// Pixels that the FIFOs deliver, in words: four pixels a word in CHW order.
constexpr int frame_words(const Layer& layer, bool channels_first) {
  return channels_first ? ceil_div(layer.in.pixels(), 4) : layer.in.pixels();
}

namespace detail {

/// The override, if one is given (0 or more), else what is needed.
constexpr int override_or(int given, int needed) { return given >= 0 ? given : needed; }

constexpr StreamCounts first_layer_counts(const Layer& layer, bool channels_first, int passes,
                                          const Options& options = {}) {
  StreamCounts counts;
  const int rows_above = (layer.pool.height - 1) * layer.in.width;
  counts.start = layer.streaming ? rows_above + layer.pool.width : frame_words(layer, channels_first);
  counts.start = override_or(options.stream_start_override, counts.start * layer.pool.height);
  if (!layer.streaming) return counts;
  counts.delta1 = override_or(options.stream_delta1_override, (layer.pool_stride.width - 1) * layer.operands);
  counts.delta2 = override_or(options.stream_delta2_override, rows_above * layer.operands);
  const int step = max_of(max_of(layer.stride.width, layer.pool_stride.width), layer.pool.width);
  counts.rollover = override_or(options.stream_rollover_override,
                                channels_first ? 12 : round_up(counts.start + rows_above + step, passes));
  return counts;
}

constexpr StreamCounts later_layer_counts(const Layer& layer, const Layer& previous, const Options& options,
                                          int passes) {
  StreamCounts counts;
  const int row = previous.pooled.width + 2 * hardware_padding(previous).width;
  counts.start = row * (previous.kernel.height - 1 + layer.pool.height - 1) + previous.kernel.width - 1 +
                 layer.pool.width + options.stream_start_margin;
  counts.delta1 = layer.pool_stride.width * layer.operands + options.stream_delta1_margin;
  counts.delta2 =
      (layer.pool_stride.height - 1) * row + layer.pool.width * layer.operands + options.stream_delta2_margin;
  const int rows_above = (layer.pool.height - 1) * layer.in.width;
  const int step = max_of(max_of(layer.stride.width, layer.pool_stride.width), layer.pool.width);
  counts.rollover = round_up(counts.start + rows_above + step, passes);
  return counts;
}

}  // namespace detail

/// The streaming registers of layer `index`.
template <int N>
constexpr StreamCounts stream_counts(const Graph<N>& graph, const Plan<N>& plan, const Options& options, int index) {
  if (index == 0 ? !options.uses_fifo() : !graph[index].streaming) return {};
  const Layer layer = hardware_layer(graph, index);
  const int passes = plan[index].in.count;
  if (index == 0) return detail::first_layer_counts(layer, plan.input_format == DataFormat::chw, passes, options);
  StreamCounts counts = detail::later_layer_counts(layer, hardware_layer(graph, index - 1), options, passes);
  for (int i = 0; i < index; ++i)
    counts.invol += graph[i].placement.tcalc ? round_up(plan[i].in.count, 4) : plan[i].in.count;
  return counts;
}

}  // namespace incuse::max7800x
