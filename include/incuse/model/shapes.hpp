// Shape inference: the arithmetic of layers, no chip. Spec: max7800x-network-description, section 4.
#pragma once

#include <incuse/model/graph.hpp>

namespace incuse {

/// Size after pooling; 0 or less if the window does not fit.
constexpr int pooled_size(int size, int window, int stride, int dilation) {
  return stride > 0 ? floor_div(size + stride - window - dilation + 1, stride) : 0;
}

constexpr Extent pooled_extent(const Layer& layer, Extent in) {
  Extent out{pooled_size(in.height, layer.pool.height, layer.pool_stride.height, layer.pool_dilation.height),
             pooled_size(in.width, layer.pool.width, layer.pool_stride.width, layer.pool_dilation.width)};
  if (layer.one_dimensional()) out.width = 1;
  return out;
}

constexpr int convolved_size(int size, int kernel, int padding, int dilation) {
  return size - dilation * (kernel - 1) - 1 + 2 * padding + 1;
}

/// Twice the size less what the padding takes away: stride 2 is the only one that the operator knows.
constexpr int transposed_size(int size, int kernel, int padding, int output_padding) {
  return (size - 1) * 2 - 2 * padding + (kernel - 1) + output_padding + 1;
}

constexpr Extent output_extent(const Layer& layer, Extent pooled) {
  if (layer.flatten) return {1, 1};
  if (layer.op == Operator::conv_transpose2d)
    return {transposed_size(pooled.height, layer.kernel.height, layer.padding.height, layer.output_padding),
            transposed_size(pooled.width, layer.kernel.width, layer.padding.width, layer.output_padding)};
  return {convolved_size(pooled.height, layer.kernel.height, layer.padding.height, layer.dilation.height),
          layer.one_dimensional()
              ? 1
              : convolved_size(pooled.width, layer.kernel.width, layer.padding.width, layer.dilation.width)};
}

/// Shape of the tensor that a source of a layer names: the network's input or an earlier layer's output.
template <int N>
constexpr Shape source_shape(const Graph<N>& graph, int source) {
  return source == network_input ? graph.input : graph[source].out;
}

/// Shape of everything that a layer reads, before it is split into operands: concatenation adds channels where the
/// extents agree, and pixels where they do not.
template <int N>
constexpr Shape gathered_shape(const Graph<N>& graph, const Layer& layer) {
  Shape total = source_shape(graph, layer.sources[0]);
  if (layer.elementwise != Elementwise::none) return total;
  bool same_extent = true;
  int channels = 0, pixels = 0;
  for (int source : layer.sources) {
    const Shape shape = source_shape(graph, source);
    same_extent = same_extent && shape.extent() == total.extent();
    channels += shape.channels;
    pixels += shape.pixels();
  }
  if (same_extent) return {channels, total.height, total.width};
  return {total.channels, pixels, 1};
}

/// Shape of one operand of a layer before pooling.
template <int N>
constexpr Shape operand_shape(const Graph<N>& graph, const Layer& layer) {
  Shape shape = gathered_shape(graph, layer);
  const bool splits_one_tensor = layer.operands > 1 && layer.sources.size == 1;
  if (splits_one_tensor) shape.channels /= layer.operands;
  if (layer.in_extent.area() > 0) {  // a reshape keeps the elements: channels follow
    shape.channels = shape.elements() / layer.in_extent.area();
    shape.height = layer.in_extent.height;
    shape.width = layer.in_extent.width;
  } else if (layer.one_dimensional() && shape.width > 1) {
    shape.height *= shape.width;
    shape.width = 1;
  }
  if (layer.in_channels > 0) shape.channels = layer.in_channels;
  return shape;
}

/// Fills in every layer's sources and shapes. Impossible geometry yields extents of 0 or less, which the rules report;
/// nothing here fails.
template <int N>
constexpr Graph<N> infer(Graph<N> graph) {
  for (int i = 0; i < graph.size; ++i) {
    Layer& layer = graph[i];
    if (layer.sources.empty()) layer.sources.push(i - 1);  // layer 0 reads the network's input
    layer.in = operand_shape(graph, layer);
    const Extent pooled = pooled_extent(layer, layer.in.extent());
    layer.pooled = {layer.in.channels, pooled.height, pooled.width};
    if (layer.out_channels == 0) layer.out_channels = layer.in.channels;
    const Extent out = output_extent(layer, pooled);
    layer.out = {layer.out_channels, out.height, out.width};
    if (i == graph.size - 1) layer.output = true;
  }
  return graph;
}

}  // namespace incuse
