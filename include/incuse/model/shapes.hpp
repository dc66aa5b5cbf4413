// Shape inference: the arithmetic of layers, no chip. Spec: max7800x-network-description, section 4.
#pragma once

#include <incuse/model/graph.hpp>

namespace incuse {

/// Sizes are clamped to -most_size … most_size, so that a product of three fits 64 bits, whatever an author writes. No
/// chip has sizes as large.
inline constexpr int most_size = 1 << 20;
constexpr int bounded(long long size) {
  return static_cast<int>(size > most_size ? most_size : size < -most_size ? -most_size : size);
}

/// Size after pooling; 0 or less if the window does not fit.
constexpr int pooled_size(int size, int window, int stride, int dilation) {
  if (stride < 1) return 0;
  const long long reach = (window - 1LL) * dilation + 1;
  return bounded(floor_div(1LL * size + stride - reach, 1LL * stride));
}

/// Extent of a layer's input after its pooling; same_padding rounds size / stride up.
constexpr Extent pooled_extent(const Layer& layer, Extent in) {
  if (layer.pool_same)
    return {pooled_size(in.height, 1, layer.pool_stride.height, 1),
            pooled_size(in.width, 1, layer.pool_stride.width, 1)};
  Extent out{pooled_size(in.height, layer.pool.height, layer.pool_stride.height, layer.pool_dilation.height),
             pooled_size(in.width, layer.pool.width, layer.pool_stride.width, layer.pool_dilation.width)};
  if (layer.one_dimensional()) out.width = 1;
  return out;
}

/// Size after a convolution; 0 or less if the kernel does not fit.
constexpr int convolved_size(int size, int kernel, int padding, int dilation, int stride = 1) {
  const long long steps = size - dilation * (kernel - 1LL) - 1 + 2LL * padding;
  return bounded((stride > 1 ? floor_div(steps, 1LL * stride) : steps) + 1);
}

/// Size after a transposed convolution by PyTorch's formula, with stride 2, the only one there is, and dilation 1.
constexpr int transposed_size(int size, int kernel, int padding, int output_padding) {
  return bounded((size - 1LL) * 2 - 2LL * padding + (kernel - 1LL) + output_padding + 1);
}

/// Extent of a layer's output, for an input that is pooled already.
constexpr Extent output_extent(const Layer& layer, Extent pooled) {
  if (layer.flatten) return {1, 1};
  if (layer.op == Operator::conv_transpose2d)
    return {transposed_size(pooled.height, layer.kernel.height, layer.padding.height, layer.output_padding),
            transposed_size(pooled.width, layer.kernel.width, layer.padding.width, layer.output_padding)};
  return {convolved_size(pooled.height, layer.kernel.height, layer.padding.height, layer.dilation.height,
                         layer.one_dimensional() ? layer.stride.height : 1),
          layer.one_dimensional()
              ? 1
              : convolved_size(pooled.width, layer.kernel.width, layer.padding.width, layer.dilation.width)};
}

/// Shape of the tensor that a source of a layer names: the network's input, its rolling buffer, or an earlier layer's
/// output.
template <int N>
constexpr Shape source_shape(const Graph<N>& graph, int source) {
  if (source < rolling_buffer || source >= graph.size) return {};
  const Shape shape = source == network_input    ? graph.input
                      : source == rolling_buffer ? graph.buffer.shape()
                                                 : graph[source].out;
  return {bounded(shape.channels), bounded(shape.height), bounded(shape.width)};
}

/// What a layer reads of a tensor: all rows but those that it crops.
constexpr Shape cropped(Shape shape, const Layer& layer) {
  if (layer.crops()) shape.height = bounded(1LL * shape.height - layer.crop_top - layer.crop_bottom);
  return shape;
}
template <int N>
constexpr Shape cropped_source(const Graph<N>& graph, const Layer& layer, int source) {
  return cropped(source_shape(graph, source), layer);
}

/// Shape of everything that a layer reads, before it is split into operands: concatenation adds channels; where the
/// extents differ, and the layer says what image it reads (view<>), pixels. Where it does not, rules refuse that, and
/// nothing is to follow from it: the others count as large as the first.
template <int N>
constexpr Shape gathered_shape(const Graph<N>& graph, const Layer& layer) {
  const Shape first = cropped_source(graph, layer, layer.sources[0]);
  if (layer.elementwise != Elementwise::none) return first;
  bool same_extent = true;
  long long channels = 0, pixels = 0;
  for (int source : layer.sources) {
    const Shape shape = cropped_source(graph, layer, source);
    same_extent = same_extent && shape.extent() == first.extent();
    channels += shape.channels;
    pixels += 1LL * shape.height * shape.width;
  }
  const bool viewed = layer.in_extent.height > 0 && layer.in_extent.width > 0;
  if (same_extent || !viewed) return {bounded(channels), first.height, first.width};
  return {first.channels, bounded(pixels), 1};
}

/// Shape of one operand of a layer before pooling.
template <int N>
constexpr Shape operand_shape(const Graph<N>& graph, const Layer& layer) {
  Shape shape = gathered_shape(graph, layer);
  const bool splits_one_tensor = layer.operands > 1 && layer.sources.size == 1;
  if (splits_one_tensor) shape.channels /= layer.operands;
  if (layer.in_extent.height > 0 && layer.in_extent.width > 0) {  // a reshape keeps the elements: channels follow
    const Extent given{bounded(layer.in_extent.height), bounded(layer.in_extent.width)};
    const long long elements = 1LL * shape.channels * shape.height * shape.width;
    shape = {bounded(elements / (1LL * given.height * given.width)), given.height, given.width};
  } else if (layer.one_dimensional() && shape.width > 1) {
    shape.height = bounded(1LL * shape.height * shape.width);
    shape.width = 1;
  }
  if (layer.in_channels > 0) shape.channels = bounded(layer.in_channels);
  return shape;
}

/// A fact of the K210: extent of a map that holds a single value, since its KPU has no smaller maps; see AddPadding. It
/// is here because the model language computes the output shapes of AddPadding and RemovePadding.
inline constexpr Extent padded_extent{4, 4};

/// Output shape of a layer that the processor runs, for an input of shape `in`.
constexpr Shape software_shape(const Layer& layer, Shape in) {
  switch (layer.software) {
    case Software::global_average:
    case Software::remove_padding:
      return {in.channels, 1, 1};
    case Software::channels_last:
      return {bounded(1LL * in.channels * in.height * in.width), 1, 1};
    case Software::add_padding:
      return {in.channels, padded_extent.height, padded_extent.width};
    case Software::resize:
      return layer.scale_factor.area() > 0 ? Shape{in.channels, bounded(1LL * in.height * layer.scale_factor.height),
                                                   bounded(1LL * in.width * layer.scale_factor.width)}
                                           : Shape{in.channels, layer.resized.height, layer.resized.width};
    default:
      return in;
  }
}

/// Fills in every layer's sources and shapes. Impossible geometry yields extents of 0 or less, which the rules report;
/// nothing here fails.
template <int N>
constexpr Graph<N> infer(Graph<N> graph) {
  for (int i = 0; i < graph.size; ++i) {
    Layer& layer = graph[i];
    if (layer.sources.empty()) layer.sources.push(i - 1);  // layer 0 reads the network's input
    if (layer.buffer_shift != 0) layer.crop_top = layer.buffer_shift;
    layer.in = operand_shape(graph, layer);
    const Extent pooled = pooled_extent(layer, layer.in.extent());
    layer.pooled = {layer.in.channels, pooled.height, pooled.width};
    if (layer.out_channels == 0) layer.out_channels = layer.in.channels;
    if (layer.groups == 0) layer.groups = max_of(1, layer.in.channels);
    const Extent out = output_extent(layer, pooled);
    layer.out = {bounded(layer.out_channels), out.height, out.width};
    if (layer.software != Software::none) {
      layer.out = software_shape(layer, layer.pooled);
      layer.out_channels = layer.out.channels;
    }
    if (i == graph.size - 1) layer.output = true;
  }
  return graph;
}

}  // namespace incuse
