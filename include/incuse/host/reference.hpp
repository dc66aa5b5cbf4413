// The reference executor: what the chip computes, in obvious integer code, at compile time or at run time. It never
// reads a plan. Spec: max7800x-arithmetic, section 1 gives the order of the steps.
//
// Tensors are arrays of int in channels x height x width order. The executor can run several networks' inputs at once:
// with `lanes` = 8 every value is a row of 8 neighbouring ints, one for each picture, and the loops along a row of
// pixels become 8 times longer; that is all there is to it.
#pragma once

#include <incuse/max7800x/arithmetic.hpp>
#include <incuse/max7800x/options.hpp>
#include <incuse/model/network.hpp>
#include <incuse/model/parameters.hpp>

namespace incuse::host {

/// A tensor that lives elsewhere: `lanes` ints for each of its elements.
struct ConstView {
  const int* values = nullptr;
  Shape shape{};

  constexpr const int* row(int channel, int y, int lanes) const {
    return values + static_cast<long long>(channel * shape.height + y) * shape.width * lanes;
  }
};

struct View {
  int* values = nullptr;
  Shape shape{};

  constexpr int* row(int channel, int y, int lanes) const {
    return values + static_cast<long long>(channel * shape.height + y) * shape.width * lanes;
  }
  constexpr operator ConstView() const { return {values, shape}; }
};

// The steps of a layer ----------------------------------------------------------------------------------------------

/// Puts tensors of equal height and width behind each other: their channels add up. Tensors that differ in size are
/// concatenated channel by channel.
constexpr void concatenate(const ConstView* parts, int count, int lanes, int* out) {
  bool same_extent = true;
  for (int i = 1; i < count; ++i) same_extent = same_extent && parts[i].shape.extent() == parts[0].shape.extent();
  const int channels = same_extent ? 1 : parts[0].shape.channels;
  for (int c = 0; c < channels; ++c)
    for (int i = 0; i < count; ++i) {
      const int length = parts[i].shape.elements() / channels * lanes;
      const int* values = parts[i].values + c * length;
      for (int n = 0; n < length; ++n) *out++ = values[n];
    }
}

/// Folds `count` operands, which lie behind each other in `operands`, into one; `length` ints each.
constexpr void fold(const int* operands, int count, int length, Elementwise operation, int* out) {
  for (int n = 0; n < length; ++n) {
    int result = operands[n];
    for (int i = 1; i < count; ++i) result = max7800x::combine(result, operands[i * length + n], operation);
    out[n] = max7800x::clip_to_byte(result);
  }
}

/// Pools every channel. A 1x1 window with a larger stride picks single values.
constexpr void pool(const Layer& layer, ConstView in, View out, bool rounding, int lanes) {
  const Extent window = layer.pool, stride = layer.pool_stride, dilation = max7800x::pooling_dilation(layer);
  const bool average = layer.pooling == Pooling::average;
  for (int c = 0; c < out.shape.channels; ++c)
    for (int y = 0; y < out.shape.height; ++y)
      for (int x = 0; x < out.shape.width; ++x)
        for (int lane = 0; lane < lanes; ++lane) {
          const auto value = [&](int i, int j) {
            const int column = x * stride.width + j * dilation.width;
            return in.row(c, y * stride.height + i * dilation.height, lanes)[column * lanes + lane];
          };
          int result = average ? 0 : value(0, 0);
          for (int i = 0; i < window.height; ++i)
            for (int j = 0; j < window.width; ++j) {
              if (average)
                result += value(i, j);
              else
                result = max_of(result, value(i, j));
            }
          if (average) result = max7800x::average(result, window.area(), rounding);
          out.row(c, y, lanes)[x * lanes + lane] = result;
        }
}

/// Spreads the values of a map: one zero between neighbours (what a transposed convolution of stride 2 reads).
constexpr void insert_zeros(ConstView in, View out, int lanes) {
  for (int n = 0; n < out.shape.elements() * lanes; ++n) out.values[n] = 0;
  for (int c = 0; c < in.shape.channels; ++c)
    for (int y = 0; y < in.shape.height; ++y)
      for (int x = 0; x < in.shape.width; ++x)
        for (int lane = 0; lane < lanes; ++lane)
          out.row(c, 2 * y, lanes)[2 * x * lanes + lane] = in.row(c, y, lanes)[x * lanes + lane];
}

/// sums[x] += weight * values[x + offset] for every x in 0…width - 1 whose x + offset lies within the row too.
constexpr void add_row(int weight, const int* values, int length, int offset, int* sums, int width, int lanes) {
  const int first = max_of(0, -offset), last = min_of(width, length - offset);
  const int* from = values + (first + offset) * lanes;
  int* to = sums + first * lanes;
  const int count = (last - first) * lanes;
  for (int n = 0; n < count; ++n) to[n] += weight * from[n];
}

/// Cross-correlation with zero padding, bias, shift and activation. `in` has any height and width, `out` decides how
/// often the kernel is applied; weights are [out][in / groups][height][width].
constexpr void convolve(const Layer& layer, const LayerParameters& parameters, Extent padding, ConstView in, View out,
                        int lanes) {
  const int in_per_group = in.shape.channels / layer.groups, out_per_group = out.shape.channels / layer.groups;
  const int width = out.shape.width;
  for (int o = 0; o < out.shape.channels; ++o) {
    const int bias = layer.bias ? max7800x::bias_term(parameters.bias[o]) : 0;
    const int first_channel = o / out_per_group * in_per_group;
    for (int y = 0; y < out.shape.height; ++y) {
      int* sums = out.row(o, y, lanes);
      for (int n = 0; n < width * lanes; ++n) sums[n] = bias;
      for (int c = 0; c < in_per_group; ++c)
        for (int i = 0; i < layer.kernel.height; ++i) {
          const int in_y = y + i * layer.dilation.height - padding.height;
          if (in_y < 0 || in_y >= in.shape.height) continue;  // a row of zeros
          const int* row = in.row(first_channel + c, in_y, lanes);
          const long long kernel_row = static_cast<long long>(o * in_per_group + c) * layer.kernel.height + i;
          for (int j = 0; j < layer.kernel.width; ++j)
            add_row(parameters.weight[kernel_row * layer.kernel.width + j], row, in.shape.width,
                    j * layer.dilation.width - padding.width, sums, width, lanes);
        }
      for (int n = 0; n < width * lanes; ++n) sums[n] = max7800x::finish(sums[n], layer);
    }
  }
}

// One layer ---------------------------------------------------------------------------------------------------------

/// Map that a transposed convolution correlates with its kernel.
constexpr Shape spread_shape(const Layer& layer) {
  return {layer.pooled.channels, 2 * layer.pooled.height - 1, 2 * layer.pooled.width - 1};
}

/// Ints of scratch memory that a layer needs for one lane: what it gathers, its pooled operands, their combination.
constexpr int scratch_size(const Layer& layer) {
  const int operands = layer.operands * (layer.in.elements() + layer.pooled.elements());
  const int combined = max_of(layer.in.elements(), layer.pooled.elements());
  return operands + combined + (layer.op == Operator::conv_transpose2d ? spread_shape(layer).elements() : 0);
}

/// Runs a layer. `sources` are the tensors it reads, in order; `out` has the layer's output shape; `scratch` holds
/// `scratch_size` elements. Nothing may overlap. The layer is inferred and bound, and its parameters fit its shapes.
constexpr void run_layer(const Layer& layer, const LayerParameters& parameters, const ConstView* sources,
                         int source_count, View out, int* scratch, bool average_pool_rounding = false, int lanes = 1) {
  const auto take = [&](Shape shape) {
    View taken{scratch, shape};
    scratch += shape.elements() * lanes;
    return taken;
  };
  const bool pools = layer.pool.area() > 1 || layer.pool_stride.area() > 1;
  const bool rounding = max7800x::average_rounds(layer, average_pool_rounding);
  const auto pooled = [&](ConstView in) -> ConstView {
    if (!pools) return {in.values, layer.pooled};
    const View result = take(layer.pooled);
    pool(layer, in, result, rounding, lanes);
    return result;
  };

  // Gather, and read the result as the layer's operands, one behind the other.
  ConstView data{sources[0].values, layer.in};
  if (source_count > 1) {
    int* const gathered = take({layer.operands * layer.in.channels, layer.in.height, layer.in.width}).values;
    concatenate(sources, source_count, lanes, gathered);
    data.values = gathered;
  }

  const bool combines = layer.operands > 1;
  if (combines && !layer.pool_first) {
    const View combined = take(layer.in);
    fold(data.values, layer.operands, layer.in.elements() * lanes, layer.elementwise, combined.values);
    data = combined;
  }
  const int* const operands = data.values;
  data = pooled(data);
  if (combines && layer.pool_first) {
    // `pooled` takes its memory piece by piece, so the pooled operands lie one behind the other as well.
    for (int i = 1; pools && i < layer.operands; ++i) pooled({operands + i * layer.in.elements() * lanes, layer.in});
    const View combined = take(layer.pooled);
    fold(data.values, layer.operands, layer.pooled.elements() * lanes, layer.elementwise, combined.values);
    data = combined;
  }

  if (!layer.weighted()) {
    for (int n = 0; n < out.shape.elements() * lanes; ++n) out.values[n] = data.values[n];
    return;
  }
  Extent padding = layer.padding;
  if (layer.flatten) data.shape = {data.shape.elements(), 1, 1};
  if (layer.op == Operator::conv_transpose2d) {
    const View spread = take(spread_shape(layer));
    insert_zeros(data, spread, lanes);
    data = spread;
    padding = {layer.kernel.height - 1 - padding.height, layer.kernel.width - 1 - padding.width};
  }
  convolve(layer, parameters, padding, data, out, lanes);
}

// A whole network ---------------------------------------------------------------------------------------------------

/// Element at which a layer's output starts in the memory of a run: outputs lie one behind the other.
template <int N>
constexpr int output_start(const Graph<N>& graph, int layer) {
  int start = 0;
  for (int i = 0; i < layer; ++i) start += graph[i].out.elements();
  return start;
}

/// Elements of memory that a run needs: the outputs of all layers, then scratch.
template <int N>
constexpr int memory_size(const Graph<N>& graph) {
  int scratch = 0;
  for (int i = 0; i < graph.size; ++i) scratch = max_of(scratch, scratch_size(graph[i]));
  return output_start(graph, graph.size) + scratch;
}

/// Runs a network that is inferred and bound to its parameters, which fit it. `memory` holds `memory_size` elements;
/// afterwards the output of every layer stands at `output_start`.
template <int N>
constexpr void run(const Graph<N>& graph, Parameters parameters, const int* input, int* memory,
                   max7800x::Options options = {}, int lanes = 1) {
  int* const scratch = memory + output_start(graph, graph.size) * lanes;
  for (int i = 0; i < graph.size; ++i) {
    const Layer& layer = graph[i];
    ConstView sources[max_operands]{};
    for (int s = 0; s < layer.sources.size; ++s) {
      const int source = layer.sources[s];
      sources[s] = {source == network_input ? input : memory + output_start(graph, source) * lanes,
                    source_shape(graph, source)};
    }
    const View out{memory + output_start(graph, i) * lanes, layer.out};
    run_layer(layer, parameters_of(graph, parameters, i), sources, layer.sources.size, out, scratch,
              options.average_pool_rounding, lanes);
  }
}

/// The values of one tensor.
template <int Count>
struct Values {
  static constexpr int size = Count;
  int items[Count]{};

  constexpr int operator[](int i) const { return items[i]; }
  friend constexpr bool operator==(const Values&, const Values&) = default;
};

/// The output of a network type for one input, at compile time or at run time.
template <class Net>
constexpr auto run(Parameters parameters, const Values<graph_of<Net>().input.elements()>& input,
                   max7800x::Options options = {}) {
  constexpr const auto& graph = graph_of<Net>();
  constexpr int count = graph.last().out.elements();
  int memory[memory_size(graph)]{};
  run(bind(graph, parameters), parameters, input.items, memory, options);
  Values<count> output{};
  for (int i = 0; i < count; ++i) output.items[i] = memory[output_start(graph, graph.size - 1) + i];
  return output;
}

}  // namespace incuse::host
