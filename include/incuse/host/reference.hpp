// The reference executor: what a chip computes, in obvious integer code, at compile time or at run time. It never reads
// a plan. Spec: max7800x-arithmetic, section 1 gives the order of the steps.
//
// What it promises: networks of signed bytes compute here what their deployment to a MAX7800x or to the K210's KPU
// computes, bit for bit and with every option that the model language has for such networks. The constructor argument
// of `ByteArithmetic` selects the chip, which decides how means are rounded (for the KPU: as its newer emulator does).
// Layers with on_cpu compute the same as without it. What only works on real numbers, such as activation functions and
// some layers that run on the CPU, is refused by `obstacle` in runnable.hpp. Networks of real numbers run in
// real_reference.hpp, through the same loops.
//
// Tensors are arrays of numbers in channels x height x width order. The executor can run several networks' inputs at
// once: with `lanes` = 8 every value is a row of 8 neighbouring numbers, one for each picture, and the loops along a
// row of pixels become 8 times longer.
#pragma once

#include <cstdio>
#include <cstdlib>

#include <incuse/core/signed_bytes.hpp>
#include <incuse/host/runnable.hpp>
#include <incuse/k210/cpu/convolutions.hpp>
#include <incuse/k210/cpu/moves.hpp>
#include <incuse/k210/cpu/software_layers.hpp>
#include <incuse/k210/device.hpp>
#include <incuse/max7800x/arithmetic.hpp>
#include <incuse/max7800x/device.hpp>
#include <incuse/max7800x/options.hpp>
#include <incuse/model/network.hpp>
#include <incuse/model/parameters.hpp>

namespace incuse::host {

/// A view of a tensor, with `lanes` numbers for each of its elements.
template <class Value>
struct ConstViewOf {
  const Value* values = nullptr;
  Shape shape{};

  constexpr const Value* row(int channel, int y, int lanes) const {
    return values + static_cast<long long>(channel * shape.height + y) * shape.width * lanes;
  }
};
using ConstView = ConstViewOf<int>;

/// The same for a tensor that can be written to.
template <class Value>
struct ViewOf {
  Value* values = nullptr;
  Shape shape{};

  constexpr Value* row(int channel, int y, int lanes) const {
    return values + static_cast<long long>(channel * shape.height + y) * shape.width * lanes;
  }
  constexpr operator ConstViewOf<Value>() const { return {values, shape}; }
};
using View = ViewOf<int>;

// The numbers of a chip -----------------------------------------------------------------------------------------------

/// How a chip rounds the mean of signed bytes.
enum class Means : unsigned char {
  toward_zero,
  half_away,  ///< to the nearest, halves away from zero; one-dimensional layers: toward zero
  down,
};

/// Arithmetic of networks of signed bytes. Chips differ in their means only: a MAX7800x truncates them, or rounds them
/// if its options say so; the KPU truncates the mean of the codes (value + 128), so the mean of the values is rounded
/// down.
struct ByteArithmetic {
  using Value = int;
  using Parameters = LayerParameters;

  Means means = Means::toward_zero;
  int bias_scale = bias_unit;  ///< what a bias of 1 adds to a sum

  constexpr ByteArithmetic() = default;
  constexpr ByteArithmetic(const max7800x::Device& device, const max7800x::Options& options = {})
      : ByteArithmetic(options) {
    bias_scale = device.bias_scale;
  }
  constexpr ByteArithmetic(const max7800x::Options& options)
      : means(options.average_pool_rounding ? Means::half_away : Means::toward_zero) {}
  constexpr ByteArithmetic(const k210::Device&) : means(Means::down) {}

  constexpr int mean(const Layer& layer, int sum) const {
    const int count = layer.pool.area();
    if (means == Means::down) return floor_div(sum, count);
    return max7800x::average(sum, count, max7800x::average_rounds(layer, means == Means::half_away));
  }
  static constexpr Extent pooling_dilation(const Layer& layer) { return max7800x::pooling_dilation(layer); }

  static constexpr int combine(int first, int second, Elementwise operation) {
    return max7800x::combine(first, second, operation);
  }
  /// The result of an element-wise operation.
  static constexpr int combined(int result) { return max7800x::clip_to_byte(result); }

  /// One output channel of a convolution.
  struct Channel {
    const Layer& layer;
    int start;  ///< value that its sums begin with

    constexpr int finish(int sum) const { return max7800x::finish(sum, layer); }
  };
  constexpr Channel channel(const Layer& layer, const LayerParameters& own, int index) const {
    return {layer, layer.bias ? max7800x::bias_term(own.bias[index], bias_scale) : 0};
  }
  static constexpr int weight(const LayerParameters& own, long long index) { return own.weight[index]; }

  /// A layer without an operator: its output is what it has pooled and combined.
  static constexpr void pass(const Layer& layer, ConstView in, View out, int lanes) {
    if (k210::is_move(layer.software) || layer.software == Software::pad) return reorder(layer, in, out, lanes);
    if (layer.software != Software::none) return move(layer.software, in, out, lanes);
    for (int n = 0; n < out.shape.elements() * lanes; ++n) out.values[n] = in.values[n];
  }

 private:
  /// Layers for the CPU that change the order of values, or add some.
  static constexpr void reorder(const Layer& layer, ConstView in, View out, int lanes) {
    int* to = out.values;
    const auto take = [&](int index) {
      for (int lane = 0; lane < lanes; ++lane)
        *to++ = index < 0 ? static_cast<int>(layer.pad_value) : in.values[index * lanes + lane];
    };
    if (layer.software == Software::pad) return k210::for_each_padded(in.shape, out.shape, layer.with.before, take);
    k210::follow(k210::walk_of(layer.with, layer.software, in.shape), take);
  }
  /// Layers for the CPU that only change the shape of maps. Pixels added by AddPadding are -128, which is code 0.
  static constexpr void move(Software kind, ConstView in, View out, int lanes) {
    const auto source = [](int index, int in_size, int out_size) {
      return in_size == out_size ? index : k210::nearest_source(index, in_size, out_size);
    };
    for (int c = 0; c < out.shape.channels; ++c)
      for (int y = 0; y < out.shape.height; ++y)
        for (int x = 0; x < out.shape.width; ++x) {
          const bool means_nothing = kind == Software::add_padding && (y > 0 || x > 0);
          const int* from = in.row(c, source(y, in.shape.height, out.shape.height), lanes) +
                            source(x, in.shape.width, out.shape.width) * lanes;
          for (int lane = 0; lane < lanes; ++lane)
            out.row(c, y, lanes)[x * lanes + lane] = means_nothing ? -128 : from[lane];
        }
  }
};

// The steps of a layer ------------------------------------------------------------------------------------------------

/// Concatenates tensors of equal height and width along their channels. Tensors that differ in size must have equally
/// many channels, and are concatenated channel by channel.
template <class Value>
constexpr void concatenate(const ConstViewOf<Value>* parts, int count, int lanes, Value* out) {
  bool same_extent = true;
  for (int i = 1; i < count; ++i) same_extent = same_extent && parts[i].shape.extent() == parts[0].shape.extent();
  const int channels = same_extent ? 1 : parts[0].shape.channels;
  for (int c = 0; c < channels; ++c)
    for (int i = 0; i < count; ++i) {
      const int length = parts[i].shape.elements() / channels * lanes;
      const Value* values = parts[i].values + c * length;
      for (int n = 0; n < length; ++n) *out++ = values[n];
    }
}

/// Copies the rows of a tensor that a layer does not crop; `out` has its `cropped` shape.
template <class Value>
constexpr void crop_rows(const Layer& layer, ConstViewOf<Value> in, ViewOf<Value> out, int lanes) {
  const int length = out.shape.height * out.shape.width * lanes;
  for (int c = 0; c < out.shape.channels; ++c) {
    const Value* from = in.row(c, layer.crop_top, lanes);
    for (int n = 0; n < length; ++n) out.row(c, 0, lanes)[n] = from[n];
  }
}

/// What a layer leaves in the rolling buffer: the rows that it has moved up, with zeros behind them, or the new last
/// rows.
template <class Value>
constexpr void update_buffer(const Layer& layer, ConstViewOf<Value> out, ViewOf<Value> buffer, int lanes) {
  const int first = layer.buffer_shift != 0 ? 0 : buffer.shape.height - layer.buffer_insert;
  for (int c = 0; c < buffer.shape.channels; ++c)
    for (int y = first; y < buffer.shape.height; ++y)
      for (int lane = 0; lane < lanes; ++lane)
        buffer.row(c, y, lanes)[lane] = y - first < out.shape.height ? out.row(c, y - first, lanes)[lane] : Value{};
}

/// Combines `count` consecutive operands of `length` numbers each, element by element.
template <class Arithmetic, class Value>
constexpr void fold(const Arithmetic& arithmetic, const Value* operands, int count, int length, Elementwise operation,
                    Value* out) {
  for (int n = 0; n < length; ++n) {
    Value result = operands[n];
    for (int i = 1; i < count; ++i) result = arithmetic.combine(result, operands[i * length + n], operation);
    out[n] = arithmetic.combined(result);
  }
}

/// One value of a pooled map. Windows may reach beyond the last row and column: a maximum ignores positions there, a
/// mean repeats the border. `value(y, x)` reads the map.
template <class Arithmetic, class Values>
constexpr auto pooled_value(const Arithmetic& arithmetic, const Layer& layer, Extent map, int top, int left,
                            const Values& value) {
  const Extent dilation = arithmetic.pooling_dilation(layer);
  if (layer.pooling == Pooling::pick) return value(top, left + layer.pool_column * dilation.width);
  const bool average = layer.pooling == Pooling::average;
  auto result = average ? typename Arithmetic::Value{} : value(top, left);
  for (int i = 0; i < layer.pool.height; ++i)
    for (int j = 0; j < layer.pool.width; ++j) {
      const int y = top + i * dilation.height, x = left + j * dilation.width;
      if (average)
        result += value(min_of(y, map.height - 1), min_of(x, map.width - 1));
      else if (y < map.height && x < map.width)
        result = value(y, x) > result ? value(y, x) : result;
    }
  return average ? arithmetic.mean(layer, result) : result;
}

/// The same of a layer with a border, which does not count. Every window covers a part of the map.
template <class Arithmetic, class Values>
constexpr auto bordered_value(const Arithmetic& arithmetic, const Layer& layer, Extent map, int top, int left,
                              const Values& value) {
  using Value = typename Arithmetic::Value;
  const Extent dilation = arithmetic.pooling_dilation(layer);
  const bool average = layer.pooling == Pooling::average;
  Value result{}, count{};
  for (int i = 0; i < layer.pool.height; ++i)
    for (int j = 0; j < layer.pool.width; ++j) {
      const int y = top + i * dilation.height, x = left + j * dilation.width;
      if (y < 0 || y >= map.height || x < 0 || x >= map.width) continue;
      const Value next = value(y, x);
      result = average ? result + next : count == Value{} || next > result ? next : result;
      count += Value{1};
    }
  return average ? result / count : result;
}

/// Pools every channel. A 1x1 window with a larger stride picks single values.
template <class Arithmetic, class Value>
constexpr void pool(const Arithmetic& arithmetic, const Layer& layer, ConstViewOf<Value> in, ViewOf<Value> out,
                    int lanes) {
  const Extent map = in.shape.extent();
  for (int c = 0; c < out.shape.channels; ++c)
    for (int y = 0; y < out.shape.height; ++y)
      for (int x = 0; x < out.shape.width; ++x)
        for (int lane = 0; lane < lanes; ++lane) {
          const int top = y * layer.pool_stride.height, left = x * layer.pool_stride.width;
          const auto value = [&](int row, int column) { return in.row(c, row, lanes)[column * lanes + lane]; };
          out.row(c, y, lanes)[x * lanes + lane] =
              layer.with.border == Border{} ? pooled_value(arithmetic, layer, map, top, left, value)
                                            : bordered_value(arithmetic, layer, map, top - layer.with.border.top,
                                                             left - layer.with.border.left, value);
        }
}

/// Spreads the values of a map: one zero between neighbours (what a transposed convolution of stride 2 reads).
template <class Value>
constexpr void insert_zeros(ConstViewOf<Value> in, ViewOf<Value> out, int lanes) {
  for (int n = 0; n < out.shape.elements() * lanes; ++n) out.values[n] = 0;
  for (int c = 0; c < in.shape.channels; ++c)
    for (int y = 0; y < in.shape.height; ++y)
      for (int x = 0; x < in.shape.width; ++x)
        for (int lane = 0; lane < lanes; ++lane)
          out.row(c, 2 * y, lanes)[2 * x * lanes + lane] = in.row(c, y, lanes)[x * lanes + lane];
}

/// to[n] += weight * from[n]. In blocks of sixteen, which compilers vectorise even at low optimisation levels.
template <class Value>
constexpr void add_multiple(Value weight, const Value* __restrict from, int count, Value* __restrict to) {
  for (; count >= 16; count -= 16, from += 16, to += 16)
    for (int n = 0; n < 16; ++n) to[n] += weight * from[n];
  for (; count >= 4; count -= 4, from += 4, to += 4)
    for (int n = 0; n < 4; ++n) to[n] += weight * from[n];
  for (int n = 0; n < count; ++n) to[n] += weight * from[n];
}

/// sums[x] += weight * values[x + offset] for every x in 0…width - 1 whose x + offset lies within the row too.
template <class Value>
constexpr void add_row(Value weight, const Value* values, int length, int offset, Value* sums, int width, int lanes) {
  const int first = max_of(0, -offset), last = min_of(width, length - offset);
  add_multiple(weight, values + (first + offset) * lanes, (last - first) * lanes, sums + first * lanes);
}

/// sums[x] += product for every x whose x + offset lies outside of the row, in the padding.
template <class Value>
constexpr void add_border(Value product, int length, int offset, Value* sums, int width, int lanes) {
  const int first = min_of(max_of(0, -offset), width), last = max_of(min_of(width, length - offset), first);
  for (int n = 0; n < first * lanes; ++n) sums[n] += product;
  for (int n = last * lanes; n < width * lanes; ++n) sums[n] += product;
}

/// Row `y` of output channel `o` of a convolution.
template <class Arithmetic, class Value>
constexpr void convolve_row(const Arithmetic& arithmetic, const Layer& layer,
                            const typename Arithmetic::Parameters& parameters, Extent padding, ConstViewOf<Value> in,
                            ViewOf<Value> out, int o, int y, int lanes) {
  const int in_per_group = in.shape.channels / layer.groups, out_per_group = out.shape.channels / layer.groups;
  const int width = out.shape.width, first_channel = o / out_per_group * in_per_group;
  const int step = layer.one_dimensional() ? layer.stride.height : 1;
  const auto border = static_cast<Value>(layer.pad_value);
  const auto channel = arithmetic.channel(layer, parameters, o);
  Value* const sums = out.row(o, y, lanes);
  for (int n = 0; n < width * lanes; ++n) sums[n] = channel.start;
  for (int c = 0; c < in_per_group; ++c)
    for (int i = 0; i < layer.kernel.height; ++i) {
      const int in_y = step * y + i * layer.dilation.height - padding.height;
      const int length = in_y < 0 || in_y >= in.shape.height ? 0 : in.shape.width;
      if (length == 0 && border == 0) continue;
      const Value* row = in.row(first_channel + c, length == 0 ? 0 : in_y, lanes);
      const long long kernel_row = static_cast<long long>(o * in_per_group + c) * layer.kernel.height + i;
      for (int j = 0; j < layer.kernel.width; ++j) {
        const Value weight = arithmetic.weight(parameters, kernel_row * layer.kernel.width + j);
        const int offset = j * layer.dilation.width - padding.width;
        if (length > 0) add_row(weight, row, length, offset, sums, width, lanes);
        if (border != 0) add_border(static_cast<Value>(weight * border), length, offset, sums, width, lanes);
      }
    }
  for (int n = 0; n < width * lanes; ++n) sums[n] = channel.finish(sums[n]);
}

/// Cross-correlation with padding, bias, output shift and activation. `in` has any height and width, the size of `out`
/// decides how often the kernel is applied; weights are [out][in / groups][height][width]. All channels of a row follow
/// each other: they read the same rows of the input, which stay in a processor's cache.
template <class Arithmetic, class Value>
constexpr void convolve(const Arithmetic& arithmetic, const Layer& layer,
                        const typename Arithmetic::Parameters& parameters, Extent padding, ConstViewOf<Value> in,
                        ViewOf<Value> out, int lanes) {
  for (int y = 0; y < out.shape.height; ++y)
    for (int o = 0; o < out.shape.channels; ++o)
      convolve_row(arithmetic, layer, parameters, padding, in, out, o, y, lanes);
}

/// A convolution of the processor, which has every stride and border, and no value for its padding.
template <class Arithmetic, class Value>
constexpr void convolve_on_processor(const Arithmetic& arithmetic, const Layer& layer,
                                     const typename Arithmetic::Parameters& parameters, ConstViewOf<Value> in,
                                     ViewOf<Value> out, int lanes) {
  const k210::CpuConvolution shape = k210::cpu_convolution_of(layer, in.shape, out.shape);
  Value* to = out.values;
  k210::detail::for_each_sum(shape, [&](int channel, auto for_each_tap) {
    const auto own = arithmetic.channel(layer, parameters, channel);
    for (int lane = 0; lane < lanes; ++lane) {
      Value sum = own.start;
      for_each_tap([&](int pixel, long long weight) {
        sum += in.values[pixel * lanes + lane] * arithmetic.weight(parameters, weight);
      });
      *to++ = own.finish(sum);
    }
  });
}

// One layer -----------------------------------------------------------------------------------------------------------

/// Map that a transposed convolution correlates with its kernel.
constexpr Shape spread_shape(const Layer& layer) {
  return {layer.pooled.channels, 2 * layer.pooled.height - 1, 2 * layer.pooled.width - 1};
}

/// Whether a layer pools, or drops pixels that no window covers.
constexpr bool subsamples(const Layer& layer) { return layer.pool.area() > 1 || layer.pooled != layer.in; }

/// Elements of scratch memory that a layer needs for one lane: for its cropped and its joined sources, its pooled
/// operands, and their combination.
constexpr int scratch_size(const Layer& layer) {
  const int in = layer.in.elements(), pooled = layer.pooled.elements();
  int size = layer.sources.size > 1 ? layer.operands * in : 0;
  if (layer.crops()) size += layer.operands * in;
  if (subsamples(layer)) size += layer.operands * pooled;
  if (layer.operands > 1) size += max_of(in, pooled);
  return size + (layer.op == Operator::conv_transpose2d ? spread_shape(layer).elements() : 0);
}

/// Runs a layer. `sources` are the tensors it reads, in order, cropped already; `out` has the layer's output shape;
/// `scratch` holds `scratch_size` elements. Nothing may overlap. The layer is inferred and bound, and its parameters
/// fit its shapes.
template <class Arithmetic, class Value = typename Arithmetic::Value>
constexpr void run_layer(const Arithmetic& arithmetic, const Layer& layer,
                         const typename Arithmetic::Parameters& parameters, const ConstViewOf<Value>* sources,
                         int source_count, ViewOf<Value> out, Value* scratch, int lanes = 1) {
  const auto take = [&](Shape shape) {
    ViewOf<Value> taken{scratch, shape};
    scratch += shape.elements() * lanes;
    return taken;
  };
  const auto pooled = [&](ConstViewOf<Value> in) -> ConstViewOf<Value> {
    if (!subsamples(layer)) return {in.values, layer.pooled};
    const ViewOf<Value> result = take(layer.pooled);
    pool(arithmetic, layer, in, result, lanes);
    return result;
  };

  if constexpr (requires { arithmetic.pair(layer, sources, out); })
    if (layer.software == Software::combine) return arithmetic.pair(layer, sources, out);

  // Join the sources; the result is the layer's operands, one after the other.
  ConstViewOf<Value> data{sources[0].values, layer.in};
  if (source_count > 1) {
    Value* const gathered = take({layer.operands * layer.in.channels, layer.in.height, layer.in.width}).values;
    concatenate(sources, source_count, lanes, gathered);
    data.values = gathered;
  }

  const bool combines = layer.operands > 1;
  if (combines && !layer.pool_first) {
    const ViewOf<Value> combined = take(layer.in);
    fold(arithmetic, data.values, layer.operands, layer.in.elements() * lanes, layer.elementwise, combined.values);
    data = combined;
  }
  const Value* const operands = data.values;
  data = pooled(data);
  if (combines && layer.pool_first) {
    // `pooled` takes its memory piece by piece, so the pooled operands are consecutive, too.
    for (int i = 1; subsamples(layer) && i < layer.operands; ++i)
      pooled({operands + i * layer.in.elements() * lanes, layer.in});
    const ViewOf<Value> combined = take(layer.pooled);
    fold(arithmetic, data.values, layer.operands, layer.pooled.elements() * lanes, layer.elementwise, combined.values);
    data = combined;
  }

  if (!layer.weighted()) return arithmetic.pass(layer, data, out, lanes);
  if (layer.on_cpu && (layer.op == Operator::conv2d || layer.op == Operator::conv_transpose2d))
    return convolve_on_processor(arithmetic, layer, parameters, data, out, lanes);
  Extent padding = layer.padding;
  if (layer.flatten) data.shape = {data.shape.elements(), 1, 1};
  if (layer.op == Operator::conv_transpose2d) {
    const ViewOf<Value> spread = take(spread_shape(layer));
    insert_zeros(data, spread, lanes);
    data = spread;
    padding = {layer.kernel.height - 1 - padding.height, layer.kernel.width - 1 - padding.width};
  }
  convolve(arithmetic, layer, parameters, padding, data, out, lanes);
}

// A whole network -----------------------------------------------------------------------------------------------------

/// Element at which a layer's output starts in the memory of a run: outputs are consecutive.
template <int N>
constexpr int output_start(const Graph<N>& graph, int layer) {
  int start = 0;
  for (int i = 0; i < layer; ++i) start += graph[i].out.elements();
  return start;
}

/// Element at which the rolling buffer starts: behind all outputs.
template <int N>
constexpr int buffer_start(const Graph<N>& graph) {
  return output_start(graph, graph.size);
}

/// Elements of memory that a run needs: the outputs of all layers, the rolling buffer, then scratch.
template <int N>
constexpr int memory_size(const Graph<N>& graph) {
  int scratch = 0;
  for (int i = 0; i < graph.size; ++i) scratch = max_of(scratch, scratch_size(graph[i]));
  return buffer_start(graph) + graph.buffer.shape().elements() + scratch;
}

/// Runs a network that is inferred. `own(i)` yields the parameters of layer i, which fit it; `memory` holds
/// `memory_size` elements; afterwards the output of every layer is at `output_start`. The rolling buffer stays in
/// `memory` from one run to the next; before the first one, its elements are zero.
template <int N, class Arithmetic, class Own, class Value = typename Arithmetic::Value>
constexpr void run_layers(const Arithmetic& arithmetic, const Graph<N>& graph, const Own& own, const Value* input,
                          Value* memory, int lanes) {
  const ViewOf<Value> buffer{memory + buffer_start(graph) * lanes, graph.buffer.shape()};
  for (int i = 0; i < graph.size; ++i) {
    const Layer& layer = graph[i];
    Value* scratch = buffer.values + buffer.shape.elements() * lanes;
    ConstViewOf<Value> sources[max_operands]{};
    for (int s = 0; s < layer.sources.size; ++s) {
      const int source = layer.sources[s];
      sources[s] = {source == network_input    ? input
                    : source == rolling_buffer ? buffer.values
                                               : memory + output_start(graph, source) * lanes,
                    source_shape(graph, source)};
      if (!layer.crops()) continue;
      const ViewOf<Value> rows{scratch, cropped(sources[s].shape, layer)};
      crop_rows(layer, sources[s], rows, lanes);
      scratch += rows.shape.elements() * lanes;
      sources[s] = rows;
    }
    const ViewOf<Value> out{memory + output_start(graph, i) * lanes, layer.out};
    run_layer(arithmetic, layer, own(i), sources, layer.sources.size, out, scratch, lanes);
    if (layer.writes_buffer()) update_buffer(layer, ConstViewOf<Value>(out), buffer, lanes);
  }
}

/// Runs a network of signed bytes, which is bound to its parameters.
template <int N>
constexpr void run(const Graph<N>& graph, Parameters parameters, const int* input, int* memory,
                   ByteArithmetic arithmetic = {}, int lanes = 1) {
  run_layers(
      arithmetic, graph, [&](int i) { return parameters_of(graph, parameters, i); }, input, memory, lanes);
}

/// The values of one tensor.
template <int Count>
struct Values {
  static constexpr int size = Count;
  int items[Count > 0 ? Count : 1]{};

  constexpr int operator[](int i) const { return items[i]; }
  friend constexpr bool operator==(const Values&, const Values&) = default;
};

/// Not constexpr: at compile time the call itself is the error, and compilers show what led to it.
[[noreturn]] inline void refuse_to_run(const Obstacle& obstacle) {
  std::fprintf(stderr, "%s\n", sentence_of(obstacle).characters);
  std::abort();
}

/// The output of a network type for one input, of whose values the low 8 bits count, at compile time or at run time.
/// The third argument says whose arithmetic it is: options of a MAX7800x, or the device `k210_kpu`. A network that
/// cannot run, for parameters that do not fit or any other `obstacle`, is a compile error; at run time it ends the
/// program with the reason. Executor (run.hpp) offers to ask first.
template <class Net>
constexpr auto run(Parameters parameters, const Values<graph_of<Net>().input.elements()>& input,
                   ByteArithmetic arithmetic = {}) {
  constexpr const auto& graph = graph_of<Net>();
  constexpr int count = graph.last().out.elements();
  const auto bound = bind(graph, parameters);
  if (const Obstacle found = obstacle(bound, parameters); !found.none()) refuse_to_run(found);
  int memory[max_of(1, memory_size(graph))]{};
  auto bytes = input;
  for (int& value : bytes.items) value = signed_byte(value);
  run(bound, parameters, bytes.items, memory, arithmetic);
  Values<count> output{};
  for (int i = 0; i < count; ++i) output.items[i] = memory[output_start(graph, graph.size - 1) + i];
  return output;
}

}  // namespace incuse::host
