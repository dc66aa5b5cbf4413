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

/// A size with what is added at both ends.
constexpr int widened(int size, int added) { return bounded(1LL * size + added); }

/// Extent of a layer's input after its pooling; same_padding rounds size / stride up.
constexpr Extent pooled_extent(const Layer& layer, Extent in) {
  if (!layer.weighted())
    in = {widened(in.height, layer.with.border.rows()), widened(in.width, layer.with.border.columns())};
  if (layer.pool_same)
    return {pooled_size(in.height, 1, layer.pool_stride.height, 1),
            pooled_size(in.width, 1, layer.pool_stride.width, 1)};
  Extent out{pooled_size(in.height, layer.pool.height, layer.pool_stride.height, layer.pool_dilation.height),
             pooled_size(in.width, layer.pool.width, layer.pool_stride.width, layer.pool_dilation.width)};
  if (layer.one_dimensional()) out.width = 1;
  return out;
}

/// The smallest input of which pooling leaves something: one window.
constexpr Extent least_unpooled(const Layer& layer) {
  const auto size = [&](int window, int dilation, int border) {
    const long long reach = layer.pool_same ? 1 : (window - 1LL) * dilation + 1;
    return bounded(layer.weighted() ? reach : reach - border);
  };
  return {size(layer.pool.height, layer.pool_dilation.height, layer.with.border.rows()),
          layer.one_dimensional() ? 1 : size(layer.pool.width, layer.pool_dilation.width, layer.with.border.columns())};
}

/// Size after a convolution; 0 or less if the kernel does not fit.
constexpr int convolved_size(int size, int kernel, int padding, int dilation, int stride = 1) {
  const long long steps = size - dilation * (kernel - 1LL) - 1 + 2LL * padding;
  return bounded((stride > 1 ? floor_div(steps, 1LL * stride) : steps) + 1);
}

/// Size after a transposed convolution by PyTorch's formula, with dilation 1. Accelerators have stride 2 only.
constexpr int transposed_size(int size, int kernel, int padding, int output_padding, int stride = 2) {
  return bounded((size - 1LL) * stride - 2LL * padding + (kernel - 1LL) + output_padding + 1);
}

/// Extent of a layer's output, for an input that is pooled already.
constexpr Extent output_extent(const Layer& layer, Extent pooled) {
  if (layer.flatten) return {1, 1};
  if (layer.op == Operator::conv_transpose2d) {  // its padding and border are rows and columns that are left out
    const Extent stride = layer.on_cpu ? layer.stride : Extent{2, 2};
    return {widened(transposed_size(pooled.height, layer.kernel.height, layer.padding.height, layer.output_padding,
                                    stride.height),
                    -layer.with.border.rows()),
            widened(transposed_size(pooled.width, layer.kernel.width, layer.padding.width, layer.output_padding,
                                    stride.width),
                    -layer.with.border.columns())};
  }
  if (layer.weighted()) {
    pooled.height = widened(pooled.height, layer.with.border.rows());
    pooled.width = widened(pooled.width, layer.with.border.columns());
  }
  const bool strides_down = layer.one_dimensional() || layer.on_cpu;  // accelerators have no other strides
  return {convolved_size(pooled.height, layer.kernel.height, layer.padding.height, layer.dilation.height,
                         strides_down ? layer.stride.height : 1),
          layer.one_dimensional() ? 1
                                  : convolved_size(pooled.width, layer.kernel.width, layer.padding.width,
                                                   layer.dilation.width, layer.on_cpu ? layer.stride.width : 1)};
}

/// The smallest size of a pooled input of which a convolution leaves `least` rows or columns.
constexpr int least_convolved(int least, int kernel, int padding, int dilation, int stride) {
  const long long size = (least - 1LL) * stride + dilation * (kernel - 1LL) + 1 - 2LL * padding;
  return bounded(size > 1 ? size : 1);
}
/// The same of a transposed convolution.
constexpr int least_transposed(int least, int kernel, int padding, int output_padding, int stride = 2) {
  const long long missing = least + 2LL * padding - kernel - output_padding;
  return bounded(missing > 0 && stride > 0 ? 1 + (missing + stride - 1) / stride : 1);
}

/// The smallest pooled input of which a layer with weights leaves `least` rows and columns; beside `output_extent`.
constexpr Extent least_pooled(const Layer& layer, int least = 1) {
  const int rows = layer.with.border.rows(), columns = layer.with.border.columns();
  if (layer.op == Operator::conv_transpose2d) {
    const Extent stride = layer.on_cpu ? layer.stride : Extent{2, 2};
    return {least_transposed(widened(least, rows), layer.kernel.height, layer.padding.height, layer.output_padding,
                             stride.height),
            least_transposed(widened(least, columns), layer.kernel.width, layer.padding.width, layer.output_padding,
                             stride.width)};
  }
  const bool strides_down = layer.one_dimensional() || layer.on_cpu;
  const Extent stride = strides_down ? layer.stride : Extent{1, 1};
  const int height =
      least_convolved(least, layer.kernel.height, layer.padding.height, layer.dilation.height, stride.height);
  const int width = least_convolved(least, layer.kernel.width, layer.padding.width, layer.dilation.width, stride.width);
  return {max_of(1, widened(height, -rows)), layer.one_dimensional() ? 1 : max_of(1, widened(width, -columns))};
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
  if (layer.elementwise != Elementwise::none || layer.software == Software::combine) return first;
  bool same_extent = true;
  long long channels = 0, pixels = 0;
  for (int source : layer.sources) {
    const Shape shape = cropped_source(graph, layer, source);
    same_extent = same_extent && shape.extent() == first.extent();
    channels += shape.channels;
    pixels += shape.all_pixels();
  }
  const bool viewed = layer.in_extent.exists();
  if (same_extent || !viewed) return {bounded(channels), first.height, first.width};
  return {first.channels, bounded(pixels), 1};
}

/// Shape of one operand of a layer before pooling.
template <int N>
constexpr Shape operand_shape(const Graph<N>& graph, const Layer& layer) {
  Shape shape = gathered_shape(graph, layer);
  const bool splits_one_tensor = layer.operands > 1 && layer.sources.size == 1;
  if (splits_one_tensor) shape.channels /= layer.operands;
  if (layer.in_extent.exists()) {  // a reshape keeps the elements: channels follow
    const Extent given{bounded(layer.in_extent.height), bounded(layer.in_extent.width)};
    const long long elements = shape.all_elements();
    shape = {bounded(elements / given.all_pixels()), given.height, given.width};
  } else if (layer.one_dimensional() && shape.width > 1) {
    shape.height = bounded(shape.all_pixels());
    shape.width = 1;
  }
  if (layer.in_channels > 0) shape.channels = bounded(layer.in_channels);
  return shape;
}

/// A fact of the K210: extent of a map that holds a single value, since its KPU has no smaller maps; see AddPadding. It
/// is here because the model language computes the output shapes of AddPadding and RemovePadding.
inline constexpr Extent padded_extent{4, 4};

/// A shape's size in a dimension, and a shape of three sizes.
constexpr int size_of_dimension(Shape shape, int dimension) {
  return dimension == 0 ? shape.channels : dimension == 1 ? shape.height : shape.width;
}
constexpr Shape shape_of_sizes(const int (&sizes)[tensor_dimensions]) { return {sizes[0], sizes[1], sizes[2]}; }

/// The part of a dimension of a size: with its end and its step, if it has none.
constexpr Part3 whole_part(Part3 part, int size) {
  if (part.step == 0) return {0, size, 1};
  if (part.end == 0 && part.step > 0) part.end = size;
  return part;
}
/// How many values a part has; 0 if the step is none, or leads away from the end.
constexpr int part_size(Part3 part) {
  if (part.step == 0) return 0;
  const long long reach = 1LL * part.end - part.begin + part.step - (part.step > 0 ? 1 : -1);
  return bounded(reach / part.step < 0 ? 0 : reach / part.step);
}

/// Shape of two tensors combined: where one has a size of 1, that of the other. 0 where they do not fit.
constexpr Shape combined_shape(Shape a, Shape b) {
  int sizes[tensor_dimensions]{};
  for (int d = 0; d < tensor_dimensions; ++d) {
    const int one = size_of_dimension(a, d), other = size_of_dimension(b, d);
    sizes[d] = one == other || other == 1 ? one : one == 1 ? other : 0;
  }
  return shape_of_sizes(sizes);
}

/// True if two tensors can be combined.
constexpr bool fit_together(Shape a, Shape b) {
  const Shape both = combined_shape(a, b);
  return both.exists();
}

/// The second operand of Software::combine: a constant, or the second source.
template <int N>
constexpr Shape other_operand(const Graph<N>& graph, const Layer& layer) {
  return layer.with.shape != Shape{} || layer.sources.size < 2 ? layer.with.shape
                                                               : source_shape(graph, layer.sources[1]);
}

/// Output shape of a layer that moves values, dimension by dimension.
constexpr Shape moved_shape(const Layer& layer, Shape in) {
  int sizes[tensor_dimensions]{};
  for (int d = 0; d < tensor_dimensions; ++d) {
    const int size = size_of_dimension(in, d);
    sizes[d] = size;
    if (layer.software == Software::pad) sizes[d] = bounded(1LL * size + layer.with.before[d] + layer.with.after[d]);
    if (layer.software == Software::transpose) sizes[d] = size_of_dimension(in, layer.with.order[d]);
    if (layer.software == Software::slice) sizes[d] = part_size(whole_part(layer.with.parts[d], size));
    if (layer.software == Software::reduce && layer.with.reduced[d]) sizes[d] = 1;
  }
  return shape_of_sizes(sizes);
}

/// Output shape of a layer that the processor runs, for an input of shape `in`.
constexpr Shape software_shape(const Layer& layer, Shape in) {
  const int block = layer.with.block < 1 ? 1 : layer.with.block;
  switch (layer.software) {
    case Software::global_average:
    case Software::remove_padding:
      return {in.channels, 1, 1};
    case Software::channels_last:
      return {bounded(in.all_elements()), 1, 1};
    case Software::add_padding:
      return {in.channels, padded_extent.height, padded_extent.width};
    case Software::pad:
    case Software::transpose:
    case Software::slice:
    case Software::reduce:
      return moved_shape(layer, in);
    case Software::reshape:
      return layer.with.shape;
    case Software::space_to_depth:
      return {bounded(1LL * in.channels * block * block), in.height / block, in.width / block};
    case Software::depth_to_space:
      return {in.channels / block / block, bounded(1LL * in.height * block), bounded(1LL * in.width * block)};
    case Software::resize:
      return layer.with.scale_factor.area() > 0
                 ? Shape{in.channels, bounded(1LL * in.height * layer.with.scale_factor.height),
                         bounded(1LL * in.width * layer.with.scale_factor.width)}
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
      if (layer.software == Software::combine) layer.out = combined_shape(layer.in, other_operand(graph, layer));
      layer.out_channels = layer.out.channels;
    }
    if (i == graph.size - 1) layer.output = true;
  }
  return graph;
}

}  // namespace incuse
