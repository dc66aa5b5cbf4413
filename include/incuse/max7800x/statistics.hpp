// Operations of a network and the memory that it takes. Spec: max7800x-run-time, section 6.
#pragma once

#include <incuse/max7800x/options.hpp>
#include <incuse/max7800x/plan/conversion.hpp>
#include <incuse/max7800x/plan/layout.hpp>
#include <incuse/max7800x/plan/memory_words.hpp>
#include <incuse/max7800x/plan/streaming.hpp>

namespace incuse::max7800x {

/// Operations, as the vendor counts them.
struct Operations {
  long long multiply_accumulate = 0;
  long long compare = 0;   ///< activations and maximum pooling
  long long add = 0;       ///< average pooling and element-wise sums and differences
  long long multiply = 0;  ///< always 0: the chips do not multiply element by element
  long long bitwise = 0;

  constexpr long long total() const { return multiply_accumulate + compare + add + multiply + bitwise; }
  constexpr Operations& operator+=(const Operations& other) {
    multiply_accumulate += other.multiply_accumulate;
    compare += other.compare;
    add += other.add;
    multiply += other.multiply;
    bitwise += other.bitwise;
    return *this;
  }
  friend constexpr bool operator==(const Operations&, const Operations&) = default;
};

namespace detail {

/// Values that pooling reads. One-dimensional pooling is counted for one operand only.
constexpr long long pooled_reads(const Layer& layer) {
  const bool every_operand = layer.pool_first && !layer.one_dimensional();
  return static_cast<long long>(layer.pool.area()) * layer.pooled.elements() * (every_operand ? layer.operands : 1);
}

}  // namespace detail

/// Operations of one layer.
template <int N>
constexpr Operations operations_of(const Graph<N>& graph, int index) {
  const Layer& layer = graph[index];
  Operations count{};
  if (layer.weighted()) {
    const int taps =
        widens_kernel(graph.layers, index) ? hardware_layer(graph, index).kernel.area() : layer.kernel.area();
    count.multiply_accumulate = static_cast<long long>(layer.weight_in_channels()) * taps * layer.out.elements();
  }
  if (layer.activation != Activation::none) count.compare += layer.out.elements();
  if (layer.pools()) (layer.pooling == Pooling::average ? count.add : count.compare) += detail::pooled_reads(layer);
  const long long combined =
      (layer.operands - 1LL) * (layer.pool_first ? layer.pooled.elements() : layer.in.elements());
  const bool bitwise = layer.elementwise == Elementwise::bitwise_or || layer.elementwise == Elementwise::bitwise_xor;
  (bitwise ? count.bitwise : count.add) += combined;
  return count;
}

/// Operations of one layer in a whole inference: none if a jump passes it, and of every repetition.
template <int N>
constexpr Operations inference_operations_of(const Graph<N>& graph, const Options& options, int index) {
  Operations count{};
  for (int times = times_executed(graph.layers, index, options); times > 0; --times)
    count += operations_of(graph, index);
  return count;
}

/// Operations of all layers that are executed.
template <int N>
constexpr Operations operations_of(const Graph<N>& graph, const Options& options = {}) {
  Operations total{};
  for (int i = 0; i < graph.size; ++i) total += inference_operations_of(graph, options, i);
  return total;
}

/// Bytes of a layer's weights, without what the memory's columns leave empty; 0 if it shares an earlier layer's.
template <int N>
constexpr int weight_bytes(const Graph<N>& graph, const Plan<N>& plan, int index) {
  if (!plan[index].kernels.owned) return 0;
  const Layer layer = hardware_layer(graph, index);
  const long long weights =
      static_cast<long long>(layer.weight_in_channels()) * layer.out.channels * layer.kernel.area();
  return static_cast<int>(weights * layer.weight_bits / 8);
}

/// Memory in use and in the chip, in bytes.
struct MemoryUse {
  int weight_bytes = 0;
  int weight_capacity = 0;
  int bias_bytes = 0;
  int bias_capacity = 0;
  int data_bytes = 0;     ///< end of the highest tensor in the fullest data memory instance
  int data_capacity = 0;  ///< of one instance
};

/// Where a tensor ends in its data memory instances: one more than its highest byte. Tensors have the numbers that
/// `tensor_number` gives them. Of a tensor that a layer streams from only the ring counts.
template <int N>
constexpr int tensor_end(const Graph<N>& graph, const Plan<N>& plan, const Device& device, const Options& options,
                         int tensor) {
  if (tensor < graph.size && graph[tensor].streaming)
    return plan[tensor].in_offset + 4 * (stream_counts(graph, plan, device, options, tensor).rollover + 1);
  if (tensor > 0) {
    const Layer& layer = graph[writer_of(tensor)];
    const LayerPlan& placed = plan[writer_of(tensor)];
    const long long reserved = reserved_words(layer, placed).end(), written = output_words(layer, placed).end();
    // Words that the chip leaves free push the others further than the vendor's tool reserves.
    return static_cast<int>(placed.holes.words > 0 && written > reserved ? written : reserved);
  }
  const TensorLayout input = input_layout(graph, plan);
  return input.offset + 4 * input.words();
}

/// Memory that a planned network uses.
template <int N>
constexpr MemoryUse memory_use(const Graph<N>& graph, const Plan<N>& plan, const Device& device,
                               const Options& options = {}) {
  // A network that is kept to fewer processors has only their memories.
  const int processors = options.processors_per_pass;
  MemoryUse use;
  for (int p = 0; p < processors; ++p) use.weight_capacity += bytes_per_kernel * device.columns_of(p);
  use.bias_capacity = ceil_div(processors, processors_per_group) * device.bias_values;
  use.data_capacity = device.instance_bytes;
  for (int i = 0; i < graph.size; ++i) use.weight_bytes += weight_bytes(graph, plan, i);
  for (int fill : plan.bias_fill) use.bias_bytes += fill;
  for (int t = 0; t <= graph.size && graph.size > 0; ++t)
    use.data_bytes = max_of(use.data_bytes, tensor_end(graph, plan, device, options, t));
  return use;
}

}  // namespace incuse::max7800x
