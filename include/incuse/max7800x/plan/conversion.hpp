// Layers as the hardware executes them: some operators have no encoding of their own and are rewritten, without effect
// on the results. Spec: max7800x-device, section 5.
#pragma once

#include <incuse/max7800x/device.hpp>
#include <incuse/model/graph.hpp>

namespace incuse::max7800x {

inline constexpr int streaming_layers = 9;   ///< streaming changes only the first 9 layers
inline constexpr int longest_kernel_1d = 9;  ///< longest one-dimensional kernel

/// While data streams through the first layers, a 1x1 kernel is stored as the centre of a 3x3 kernel: also that of the
/// layer behind the last one that streams.
constexpr bool widens_kernel(const Layer* layers, int index) {
  const Layer& layer = layers[index];
  const bool streams = layer.streaming || (index > 0 && layers[index - 1].streaming);
  const bool two_dimensional = layer.op == Operator::conv2d || layer.op == Operator::conv_transpose2d;
  return streams && index < streaming_layers && two_dimensional && layer.kernel.area() == 1;
}

/// A dilated one-dimensional kernel is stretched with zeros while it stays short enough …
constexpr bool stretches_kernel(const Layer& layer) {
  return layer.one_dimensional() && layer.dilation.height > 1 &&
         (layer.kernel.height - 1LL) * layer.dilation.height < longest_kernel_1d;
}

/// … and else runs as a 3x3 convolution over rows of `dilation` values.
constexpr bool folds_rows(const Layer& layer) {
  return layer.one_dimensional() && layer.dilation.height > 1 && !stretches_kernel(layer);
}

/// True if the hardware's kernel of a layer has more taps than the author's: their weights are 0.
constexpr bool inserts_zeros(const Layer* layers, int index) {
  return widens_kernel(layers, index) || folds_rows(layers[index]) ||
         (stretches_kernel(layers[index]) && layers[index].kernel.height > 1);
}

/// True if a chip that combines operands cannot add the bias of a convolution behind them in the same layer.
constexpr bool lacks_operand_bias(const Layer& layer, const Device& device) {
  return device.has(Feature::elementwise) && layer.weighted() && layer.operands > 1 && layer.bias &&
         !device.elementwise_convolution_bias;
}

/// True if a layer that combines operands of several passes may neither compute nor pool: the hardware reads operands
/// and passes as rows, and counts operands plus passes of them instead of operands times passes.
constexpr bool confuses_operand_rows(const Layer& layer, long long passes, const Device& device) {
  const long long operands = layer.operands;
  const bool fused = layer.weighted() || layer.pools_or_strides();
  return device.operands_as_rows && fused && operands > 1 && passes > 1 && operands * passes != operands + passes;
}

/// True if a layer is to leave out rows that the chip has anyway: it loads the whole input, and streams whole tensors.
constexpr bool crops_in_vain(const Layer& layer, int index) {
  return layer.crops() && !layer.reads_buffer() && (index == 0 || layer.streaming);
}

/// Layer `index` with the kernel, padding and extents that the hardware sees.
constexpr Layer hardware_layer(const Layer* layers, int index) {
  Layer layer = layers[index];
  const int dilation = layer.dilation.height;
  if (widens_kernel(layers, index)) {
    layer.kernel = {3, 3};
    layer.padding = {1, 1};
  } else if (stretches_kernel(layer)) {
    layer.kernel.height = (layer.kernel.height - 1) * dilation + 1;
    layer.dilation = {1, 1};
  } else if (folds_rows(layer)) {
    const Extent image{ceil_div(layer.in.height, dilation), dilation};
    layer.op = Operator::conv2d;
    layer.kernel = {3, 3};
    layer.padding = {1, 1};
    layer.dilation = {1, 1};
    Shape* const shapes[] = {&layer.in, &layer.pooled, &layer.out};  // a plain array: no <initializer_list>
    for (Shape* shape : shapes) {
      shape->height = image.height;
      shape->width = image.width;
    }
  }
  return layer;
}

template <int N>
constexpr Layer hardware_layer(const Graph<N>& graph, int index) {
  return hardware_layer(graph.layers, index);
}

/// What keeps a layer from computing four output channels at a time, in which four columns of the weight memory hold a
/// kernel each. The vendor's tool asks any layer for it, and lays the weights of others where the chip does not read
/// them.
enum class OneOutputAtATime : unsigned char {
  nothing,
  no_weights,
  bypass,
  kernel,
  flatten,
  grouped,
  fan_out,
  channels
};

/// `fans_out`: the network's input reaches all groups at once.
constexpr OneOutputAtATime hinders_parallel_outputs(const Layer* layers, int index, bool fans_out) {
  const Layer layer = hardware_layer(layers, index);
  if (!layer.weighted()) return OneOutputAtATime::no_weights;
  if (layer.flatten) return OneOutputAtATime::flatten;
  if (layer.kernel.area() != 9 || layer.one_dimensional()) return OneOutputAtATime::kernel;
  if (layer.bypass) return OneOutputAtATime::bypass;
  if (layer.groups != 1) return OneOutputAtATime::grouped;
  if (index == 0 && fans_out) return OneOutputAtATime::fan_out;
  return layer.out.channels % 4 != 0 ? OneOutputAtATime::channels : OneOutputAtATime::nothing;
}
constexpr bool suits_parallel_outputs(const Layer* layers, int index, bool fans_out) {
  return hinders_parallel_outputs(layers, index, fans_out) == OneOutputAtATime::nothing;
}

/// The same as the registers count it, on a part that reads a Conv1d as rows of `row` values with a square kernel: a
/// convolution over rows, whose stride is a whole row.
template <int N>
constexpr Layer registered_layer(const Graph<N>& graph, int index, int row) {
  Layer layer = hardware_layer(graph, index);
  if (row == 1 || !layer.one_dimensional()) return layer;
  layer.op = Operator::conv2d;
  layer.kernel = {row, row};
  layer.padding = {layer.padding.height / row, 0};
  layer.stride = {(layer.stride.height - 1) / row + 1, 1};
  layer.pool_stride = {(layer.pool_stride.height - 1) / row + 1, 1};
  layer.in.height /= row;
  layer.pooled.height /= row;
  layer.in.width = layer.pooled.width = row;
  return layer;
}

/// Padding as the hardware applies it: a transposed convolution pads its zero-stuffed input.
constexpr Extent hardware_padding(const Layer& layer) {
  if (layer.op != Operator::conv_transpose2d) return layer.padding;
  return {layer.kernel.height - 1 - layer.padding.height, layer.kernel.width - 1 - layer.padding.width};
}

/// Which value of the author's kernel stands at each tap of the hardware's kernel.
struct TapMap {
  static constexpr int zero = -1;
  static constexpr int capacity = 9;
  int source[capacity]{};  ///< index of the author's value, or `zero`
  int source_taps = 1;     ///< values of the author's kernel
  bool identity = true;
};

/// The map from a layer of the author to `hardware_layer` of it.
constexpr TapMap tap_map(const Layer& layer, const Layer& hardware) {
  TapMap map;
  map.source_taps = layer.kernel.area();
  map.identity = layer.kernel == hardware.kernel;
  if (map.identity) {
    for (int tap = 0; tap < TapMap::capacity; ++tap) map.source[tap] = tap;
    return map;
  }
  for (int& source : map.source) source = TapMap::zero;
  if (folds_rows(layer)) {  // the centre column, from the bottom up
    for (int i = 0; i < map.source_taps && i < 3; ++i) map.source[3 * (3 - map.source_taps + i) + 1] = i;
  } else if (stretches_kernel(layer)) {
    for (int i = 0; i < map.source_taps; ++i)
      if (i * layer.dilation.height < TapMap::capacity) map.source[i * layer.dilation.height] = i;
  } else {
    map.source[4] = 0;  // 1x1: the centre
  }
  return map;
}

/// Output pixels that a folded convolution with three taps writes before its first valid one …
constexpr int ignored_output_pixels(const Layer& layer) {
  return folds_rows(layer) && layer.kernel.height == 3 ? layer.dilation.height : 0;
}
/// … and the bytes below the output offset that they take, with the gaps between words. The vendor's tool counts
/// neither gaps nor 32-bit outputs.
constexpr int ignored_output_bytes(const Layer& layer, int out_passes, int write_gap, bool vendor_stream = false) {
  const int words = vendor_stream ? 1 : (layer.wide ? 4 : 1) * (write_gap + 1);
  return 4 * ignored_output_pixels(layer) * out_passes * words;
}

/// Output pixels that a folded convolution writes beyond its last valid one.
constexpr int surplus_output_pixels(const Layer& layer) {
  if (!folds_rows(layer)) return 0;
  return ceil_div(layer.in.height, layer.dilation.height) * layer.dilation.height - layer.out.height;
}

}  // namespace incuse::max7800x
