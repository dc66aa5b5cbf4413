// Input through FIFOs and streaming layers: when a layer may start, and how much of its input is buffered.
// Source: register sheet (max7800x-registers), sections 3.17 to 3.20.
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

/// What the words of a streaming layer are counted from.
struct StreamedLayer {
  const Layer& layer;  ///< as the hardware executes it
  int passes;
  bool channels_first;
  bool reads_ahead;
  bool last;  ///< the next layer does not stream
};

namespace detail {

/// The override, if one is given (0 or more), else what is needed.
constexpr int override_or(int given, int needed) { return given >= 0 ? given : needed; }

constexpr StreamCounts first_layer_counts(const StreamedLayer& at, const Options& options = {}) {
  const Layer& layer = at.layer;
  const bool channels_first = at.channels_first;
  StreamCounts counts;
  const int rows_above = (layer.pool.height - 1) * layer.in.width;
  counts.start = layer.streaming ? rows_above + layer.pool.width : frame_words(layer, channels_first);
  counts.start = override_or(options.stream_start_override, counts.start * layer.pool.height);
  if (!layer.streaming) return counts;
  counts.delta1 = override_or(options.stream_delta1_override, (layer.pool_stride.width - 1) * layer.operands);
  counts.delta2 = override_or(options.stream_delta2_override, rows_above * layer.operands);
  const int step = max_of(max_of(layer.stride.width, layer.pool_stride.width), layer.pool.width);
  counts.rollover = override_or(options.stream_rollover_override,
                                channels_first ? 12 : round_up(counts.start + rows_above + step, at.passes));
  return counts;
}

constexpr StreamCounts later_layer_counts(const StreamedLayer& at, const Layer& previous, const Options& options) {
  const Layer& layer = at.layer;
  StreamCounts counts;
  const int row = previous.pooled.width + 2 * hardware_padding(previous).width;
  counts.start = row * (previous.kernel.height - 1 + layer.pool.height - 1) + previous.kernel.width - 1 +
                 layer.pool.width + options.stream_start_margin;
  counts.delta1 = layer.pool_stride.width * layer.operands + options.stream_delta1_margin;
  counts.delta2 =
      (layer.pool_stride.height - 1) * row + layer.pool.width * layer.operands + options.stream_delta2_margin;
  const int rows_above = (layer.pool.height - 1) * layer.in.width;
  const int step = max_of(max_of(layer.stride.width, layer.pool_stride.width), layer.pool.width);
  counts.rollover = round_up(counts.start + rows_above + step, at.passes);
  return counts;
}

/// The same for WindowCounts::last_window (section 3.18): pixels that windows step over.
struct WindowSteps {
  Extent pool{}, stride{}, dilation{};
  int width = 0;    ///< of the input
  int padding = 0;  ///< columns
  int rows = 0;     ///< that a window needs, or steps over
  int columns = 0;
  int surplus = 0;  ///< columns behind the last window
  int skipped = 0;

  constexpr WindowSteps(const Layer& layer, bool first)
      : pool(layer.pool),
        stride(layer.pool_stride),
        dilation(layer.pool_dilation),
        width(layer.in.width),
        padding(hardware_padding(layer).width),
        rows(max_of(pool.height * dilation.height, stride.height)),
        columns(max_of(pool.width * dilation.width, stride.width)) {
    const int step = first ? stride.width : columns;
    int count = width / step;
    if (count * stride.width + pool.width - (first ? 1 : 0) > width) --count;
    surplus = !first && columns == 1 ? 0 : width - count * columns;
    skipped = max_of(0, width - count * stride.width);
  }
  /// Words up to the end of the first window.
  constexpr int first_window() const { return rows * (width + 2 * padding) + padding + 2 * columns; }
};

constexpr int packed_words(int pixels, bool channels_first) { return channels_first ? ceil_div(pixels, 4) : pixels; }

constexpr StreamCounts first_window_counts(const StreamedLayer& at, bool pipelined, const Options& options = {}) {
  const Layer& layer = at.layer;
  StreamCounts counts;
  if (!layer.streaming) {
    counts.start = override_or(options.stream_start_override, frame_words(layer, at.channels_first));
    return counts;
  }
  const WindowSteps steps(layer, true);
  const bool single_row = steps.stride.height == 1 && steps.pool.height == 1;
  const int ahead = at.reads_ahead ? steps.stride.width : 0;
  const int pixels = single_row ? steps.columns : steps.first_window() * layer.operands + ahead;
  counts.start = override_or(options.stream_start_override, packed_words(pixels, at.channels_first));
  const int delta1 = packed_words(steps.stride.width * layer.operands - (single_row ? 1 : 0), at.channels_first);
  counts.delta1 = override_or(options.stream_delta1_override, delta1);
  int delta2 = steps.stride.height == 1
                   ? delta1 + steps.skipped
                   : (steps.stride.height - 1) * steps.width + steps.skipped + steps.pool.width - 1;
  delta2 = packed_words(delta2, at.channels_first);
  if (pipelined && delta2 > 0) ++delta2;
  counts.delta2 = override_or(options.stream_delta2_override, delta2);
  const int frame = pixels + steps.columns + (steps.stride.width - 1) * (steps.width + 2 * steps.padding);
  counts.rollover =
      override_or(options.stream_rollover_override, at.channels_first ? frame * steps.stride.width * 4 : frame);
  return counts;
}

constexpr StreamCounts later_window_counts(const StreamedLayer& at, const Options& options) {
  const Layer& layer = at.layer;
  const WindowSteps steps(layer, false);
  StreamCounts counts;
  const int rows_of_padding = steps.padding != 0 ? steps.padding : steps.stride.height;
  counts.start = rows_of_padding * (steps.width + 2 * steps.padding) + steps.first_window() * layer.operands;
  if (at.reads_ahead) counts.start += steps.stride.width;
  if (at.last) counts.start += steps.surplus * steps.stride.width;
  counts.delta1 = steps.stride.width * layer.operands + options.stream_delta1_margin;
  counts.delta2 = (steps.stride.height == 1 ? counts.delta1 : (steps.stride.height - 1) * steps.width) + steps.surplus +
                  options.stream_delta2_margin;
  const int pass = steps.rows * steps.width + steps.padding + steps.columns;
  counts.rollover = round_up(counts.start + (at.passes - 1) * pass + steps.columns, at.passes);
  return counts;
}

constexpr StreamCounts first_layer_counts(const StreamedLayer& at, const Device& device, const Options& options) {
  if (device.window_counts == WindowCounts::padded_size) return first_layer_counts(at, options);
  return first_window_counts(at, device.has(Feature::pipeline) && !options.no_pipeline, options);
}

}  // namespace detail

/// The streaming registers of layer `index`.
template <int N>
constexpr StreamCounts stream_counts(const Graph<N>& graph, const Plan<N>& plan, const Device& device,
                                     const Options& options, int index) {
  if (index == 0 ? !options.uses_fifo() : !graph[index].streaming) return {};
  const Layer layer = hardware_layer(graph, index);
  const bool last = index + 1 == graph.size || !graph[index + 1].streaming;
  const StreamedLayer at{layer, plan[index].in.count, index == 0 && plan.input_format == DataFormat::chw,
                         plan[index].reads_ahead, last};
  if (index == 0) return detail::first_layer_counts(at, device, options);
  StreamCounts counts = device.window_counts == WindowCounts::last_window
                            ? detail::later_window_counts(at, options)
                            : detail::later_layer_counts(at, hardware_layer(graph, index - 1), options);
  for (int i = 0; i < index; ++i)
    counts.invol += plan[i].counts_in_fours ? round_up(plan[i].in.count, 4) : plan[i].in.count;
  return counts;
}

}  // namespace incuse::max7800x
