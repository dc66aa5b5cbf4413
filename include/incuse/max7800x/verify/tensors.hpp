// Where the tensors of a plan lie in the data memory, and how long they are needed, computed anew for its proof
// (placement sheet, sections 4 to 6). See verify.hpp.
#pragma once

#include <incuse/core/bits.hpp>
#include <incuse/max7800x/options.hpp>
#include <incuse/max7800x/plan/memory_words.hpp>
#include <incuse/max7800x/plan/plan_types.hpp>
#include <incuse/max7800x/verify/subject.hpp>

namespace incuse::max7800x::detail::proof {

/// A tensor in memory: its words, the layer that writes it, and the last layer during which it is needed.
struct Tensor {
  Words words{};
  int born = 0;
  int last_use = 0;

  constexpr bool lives_with(const Tensor& other) const { return born <= other.last_use && other.born <= last_use; }
};

/// Where everything lies.
template <int N>
struct TensorPlaces {
  PerTensor<Tensor, N> tensors{};
  Words buffer{};    ///< the rolling buffer
  int streamed = 0;  ///< number of the first layers that stream: they run at the same time
};

template <int N>
constexpr Words input_words(const Subject<N>& subject) {
  const auto& plan = subject.plan;
  const Layer& layer = subject.graph[0];
  Words words{blocks_with(plan[0].processors), word_aligned(plan[0].in_offset)};
  if (plan.input_format == DataFormat::chw)
    words.count = (pixels(layer.in) + 3) / 4;
  else
    words.count = pixels(layer.in) * plan[0].in.count * layer.operands;
  return words;
}
/// Words in the ring of a streaming layer where the hardware counts by windows (register sheet, 3.18 and 3.19).
template <int N>
constexpr long long window_frame(const Subject<N>& subject, int i) {
  const auto& graph = subject.graph;
  const auto& plan = subject.plan;
  if (i == 0 && subject.options.stream_rollover_override >= 0) return subject.options.stream_rollover_override;
  const Layer& layer = graph[i];
  const Extent stride = layer.pool_stride;
  const long long width = layer.in.width, passes = plan[i].in.count;
  const bool widened = layer.op == Operator::conv2d && layer.kernel == Extent{1, 1};
  const bool transposed = layer.op == Operator::conv_transpose2d;
  const int padding = widened ? 1 : transposed ? layer.kernel.width - 1 - layer.padding.width : layer.padding.width;
  const long long rows = max_of(layer.pool.height * layer.pool_dilation.height, stride.height);
  const long long columns = max_of(layer.pool.width * layer.pool_dilation.width, stride.width);
  const long long window = (rows * (width + 2 * padding) + padding + 2 * columns) * layer.operands;
  const long long ahead = plan[i].reads_ahead ? stride.width : 0;
  if (i == 0) {
    const bool single = stride.height == 1 && layer.pool.height == 1;
    const long long frame = (single ? columns : window + ahead) + columns + (stride.width - 1) * (width + 2 * padding);
    return plan.input_format == DataFormat::chw ? 4 * stride.width * frame : frame;
  }
  const bool last = i + 1 == graph.size || !graph[i + 1].streaming;
  long long behind = 0;  // columns that no window covers, for the last streaming layer
  if (last && columns > 1) {
    const long long windows = width / columns;
    behind = width - (windows - (windows * stride.width + layer.pool.width > width ? 1 : 0)) * columns;
  }
  const long long start =
      (padding != 0 ? padding : stride.height) * (width + 2 * padding) + window + ahead + behind * stride.width;
  const long long frame = start + (passes - 1) * (rows * width + padding + columns) + columns;
  return (frame + passes - 1) / passes * passes;
}

/// The ring that a streaming layer reads from (register sheet, 3.17 and 3.19).
template <int N>
constexpr Words stream_buffer(const Subject<N>& subject, int i) {
  const auto& graph = subject.graph;
  const auto& plan = subject.plan;
  const Options& options = subject.options;
  const Layer& layer = graph[i];
  Words words{blocks_with(plan[i].processors), word_aligned(plan[i].in_offset)};
  if (subject.device.window_counts == WindowCounts::last_window) {
    words.count = window_frame(subject, i) + 1;
    return words;
  }
  long long frame = 12;
  if (i > 0 || plan.input_format != DataFormat::chw) {
    long long start = 0;
    if (i == 0) {
      start = ((layer.pool.height - 1LL) * layer.in.width + layer.pool.width) * layer.pool.height;
      if (options.stream_start_override >= 0) start = options.stream_start_override;
    } else {
      const Layer& before = graph[i - 1];
      // A streaming 1x1 convolution runs as a 3x3 one with padding (device sheet, 5).
      const bool widened = before.op == Operator::conv2d && before.kernel == Extent{1, 1};
      const bool transposed = before.op == Operator::conv_transpose2d;
      const Extent kernel = widened ? Extent{3, 3} : before.kernel;
      const int padding = widened ? 1 : transposed ? kernel.width - 1 - before.padding.width : before.padding.width;
      start = (before.pooled.width + 2LL * padding) * (kernel.height + layer.pool.height - 2) + kernel.width - 1 +
              layer.pool.width + options.stream_start_margin;
    }
    frame = start + (layer.pool.height - 1LL) * layer.in.width +
            max_of(layer.stride.width, max_of(layer.pool_stride.width, layer.pool.width));
    const long long passes = plan[i].in.count;
    frame = (frame + passes - 1) / passes * passes;
  }
  if (i == 0 && options.stream_rollover_override >= 0) frame = options.stream_rollover_override;
  words.count = frame + 1;
  return words;
}

template <int N>
constexpr TensorPlaces<N> tensor_places(const Subject<N>& subject) {
  const auto& graph = subject.graph;
  const auto& plan = subject.plan;
  TensorPlaces<N> places;
  while (places.streamed < graph.size && graph[places.streamed].streaming) ++places.streamed;
  for (int t = 0; t <= graph.size; ++t) {
    Tensor& tensor = places.tensors[t];
    const bool in_ring = t < places.streamed;
    tensor.words = in_ring  ? stream_buffer(subject, t)
                   : t == 0 ? input_words(subject)
                            : output_words(graph[writer_of(t)], plan[writer_of(t)]);
    // Streaming layers run together, so everything of theirs is there from the beginning.
    tensor.born = t <= places.streamed ? -1 : t - 1;
    tensor.last_use = max_of(t, t <= places.streamed ? places.streamed - 1 : 0);
    // Rows of the rolling buffer belong to that from then on.
    if (t > 0 && graph[writer_of(t)].writes_buffer() && !subject.lenient) tensor.last_use = tensor.born;
    if (t > 0 && graph[writer_of(t)].output) tensor.last_use = graph.size;
    // The chip compares the word of an early exit behind every layer: nothing else may lie there.
    if (t > 0 && graph[writer_of(t)].may_exit()) tensor.born = -1, tensor.last_use = graph.size;
  }
  for (int i = 0; i < graph.size; ++i)
    for (int source : graph[i].sources) {
      if (source == rolling_buffer) continue;
      Tensor& tensor = places.tensors[tensor_number(source)];
      tensor.last_use = max_of(tensor.last_use, i);
    }
  if (graph.buffer.exists())
    places.buffer = {blocks_with(plan.buffer.processors), word_aligned(plan.buffer.offset),
                     1LL * graph.buffer.rows * plan.buffer.passes.count};
  return places;
}

}  // namespace incuse::max7800x::detail::proof
