// Estimated run time in cycles of the accelerator's clock. The vendor gives a model for the MAX78000 only. What other
// parts do differently is derived from it, and marked as an estimate: docs/latency.md has the reasons.
// Spec: max7800x-run-time, section 5.
#pragma once

#include <incuse/core/latency.hpp>
#include <incuse/max7800x/plan/conversion.hpp>
#include <incuse/max7800x/plan/execution_order.hpp>
#include <incuse/max7800x/tables/register_words.hpp>

namespace incuse::max7800x {

inline constexpr int startup_cycles = 1;  ///< of a network, once

namespace detail {

/// What the model counts in a layer.
struct LatencyTerms {
  int passes;     ///< over the input
  int outputs;    ///< kernels per input pass
  Extent pooled;  ///< rows and columns that the convolution walks over
  int out_width;
  Extent kernel;
  Extent padding;
  int window;  ///< values of a pooling window
  int operands;
  bool operands_first;  ///< operands are combined before pooling
  int kernel_offset;
  int outputs_at_once;  ///< channels that are computed together
  bool reads_ahead;     ///< reads the next input while it computes
};

template <int N>
constexpr LatencyTerms latency_terms(const Graph<N>& graph, const Plan<N>& plan, int index) {
  const Layer layer = hardware_layer(graph, index);
  const LayerPlan& placed = plan[index];
  LatencyTerms t{};
  t.passes = placed.in.count;
  if (!layer.weighted() && layer.pools() && placed.out.count > 1) t.passes = 2 * placed.in.count - 1;
  t.pooled = layer.pooled.extent();
  if (layer.op == Operator::conv_transpose2d) t.pooled = {2 * t.pooled.height, 2 * t.pooled.width};
  t.outputs = layer.weighted() ? placed.kernels.count / placed.in.count : layer.out.channels;
  t.out_width = layer.out.width;
  if (layer.flatten) {
    t.outputs = placed.kernels.count / (placed.in.count * t.pooled.area());
    t.out_width *= t.pooled.width;
  }
  t.kernel = layer.kernel;
  t.padding = hardware_padding(layer);
  t.window = layer.pool.area();
  t.operands = layer.operands;
  t.operands_first = !layer.pool_first;
  t.kernel_offset = placed.kernels.offset;
  t.outputs_at_once = placed.parallel_outputs ? 4 : 1;
  t.reads_ahead = placed.reads_ahead;
  return t;
}

/// Cycles of the rows of a convolution: rows of padding and data that fill the row cache, rows that produce output.
constexpr long long convolution_cycles(const LatencyTerms& t, long long fetch_zero, long long fetch_data) {
  const long long repeats = t.operands_first ? t.passes : 1;
  const int side = t.padding.width;
  const int lead = t.kernel.width - 1 - side;  // columns before the first output
  const long long margin = 2 * side * (fetch_zero + 1);
  const long long padding_row = margin + repeats * t.pooled.width * (fetch_zero + 1);
  const long long fill_row = margin + repeats * t.pooled.width * (fetch_data + 1);
  const auto moving_row = [&](long long fetch) {
    return side * (fetch_zero + 1) + repeats * lead * (fetch + 1) + repeats * (t.out_width - side) * fetch +
           fetch_zero * side;
  };
  const int outputs = ceil_div(t.outputs, t.outputs_at_once);
  const bool single = outputs == 1 && t.passes == 1;
  const long long computing = static_cast<long long>(t.passes) * t.out_width * outputs + (single ? outputs : 0);
  const auto row = [&](long long fetch) {
    const long long reading = moving_row(fetch);
    if (!t.reads_ahead) return reading + computing;
    return reading > computing ? reading : computing;
  };

  const int fill_rows = t.kernel.height - 1 - t.padding.height;
  return t.padding.height * padding_row + fill_rows * fill_row + row(fetch_data) * (t.pooled.height - fill_rows) +
         t.padding.height * row(fetch_zero);
}

}  // namespace detail

/// Cycles of one layer, without the start-up.
template <int N>
constexpr long long cycles_of(const Graph<N>& graph, const Plan<N>& plan, int index) {
  const Layer& layer = graph[index];
  const detail::LatencyTerms t = detail::latency_terms(graph, plan, index);
  long long fetch_zero = 2LL * t.passes, fetch_data = 0, preparation = 0;
  if (t.operands_first) {
    fetch_data = t.passes * (static_cast<long long>(t.operands) * t.window + 1);
    preparation = (t.pooled.height + 2 * t.padding.height - t.kernel.width + 1) * t.padding.width +
                  (t.pooled.width + 2 * t.padding.width - t.kernel.height + 1) * t.padding.height -
                  t.padding.height * t.padding.width;
    preparation *= t.kernel_offset;
  } else {
    fetch_zero *= t.operands;
    fetch_data = static_cast<long long>(t.passes) * t.operands * (t.window + 1);
  }
  long long cycles = 0;
  if (layer.weighted())
    cycles = (detail::flatten_count(layer, plan[index]) >= 16 ? 1 : 0) + preparation +
             detail::convolution_cycles(t, fetch_zero, fetch_data);
  else
    cycles = t.pooled.area() * (fetch_data + t.passes * (detail::time_slots(graph, plan, index) + 1LL));
  return layer.streaming ? (15 * cycles + 9) / 10 : cycles;
}

/// Cycles of one layer in a whole inference: none if a jump passes it, and of every repetition.
template <int N>
constexpr long long inference_cycles_of(const Graph<N>& graph, const Plan<N>& plan, const Options& options, int index) {
  return times_executed(graph.layers, index, options) * cycles_of(graph, plan, index);
}

/// Cycles of all layers that are executed, one after the other.
template <int N>
constexpr Latency cycles_of(const Graph<N>& graph, const Plan<N>& plan, const Device& device,
                            const Options& options = {}) {
  Latency latency{.total = startup_cycles, .estimated = !device.estimates_latency};
  for (int i = 0; i < graph.size; ++i) {
    latency.total += inference_cycles_of(graph, plan, options, i);
    latency.estimated = latency.estimated || graph[i].streaming;
  }
  return latency;
}

/// Cycles of an inference that takes the early exit whose last layer is `exit`.
template <int N>
constexpr long long cycles_until(const Graph<N>& graph, const Plan<N>& plan, int exit) {
  long long cycles = startup_cycles;
  for (int i = 0; i <= exit; ++i) cycles += cycles_of(graph, plan, i);
  return cycles;
}

}  // namespace incuse::max7800x
