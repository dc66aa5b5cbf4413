// Layers and networks as values, for tests of what stands behind the language: `placed(..., wide_output(linear(10)))`.
#pragma once

#include <initializer_list>

#include <incuse/model/shapes.hpp>

namespace incuse::test {

// Operators -----------------------------------------------------------------------------------------------------------

constexpr Layer conv2d(int channels, Extent kernel = {3, 3}, Extent padding = {1, 1}) {
  Layer layer;
  layer.op = Operator::conv2d;
  layer.out_channels = channels;
  layer.kernel = kernel;
  layer.padding = padding;
  return layer;
}
constexpr Layer conv2d(int channels, int kernel, int padding) {
  return conv2d(channels, {kernel, kernel}, {padding, padding});
}

constexpr Layer conv1d(int channels, int taps, int padding = 0, int dilation = 1) {
  Layer layer = conv2d(channels, {taps, 1}, {padding, 0});
  layer.op = Operator::conv1d;
  layer.dilation = {dilation, 1};
  return layer;
}

constexpr Layer transposed(int channels, int kernel = 3, int padding = 1) {
  Layer layer = conv2d(channels, kernel, padding);
  layer.op = Operator::conv_transpose2d;
  layer.stride = {2, 2};
  layer.output_padding = 1;
  return layer;
}

constexpr Layer linear(int features) {
  Layer layer = conv2d(features, 1, 0);
  layer.op = Operator::linear;
  return layer;
}

constexpr Layer flattened(Layer layer) {
  layer.flatten = true;
  return layer;
}

constexpr Layer software(Software kind) {
  Layer layer;
  layer.on_cpu = true;
  layer.software = kind;
  return layer;
}

// What stands in front of them ----------------------------------------------------------------------------------------

constexpr Layer pooled(Pooling pooling, Extent window, Extent stride, Layer layer = {}) {
  layer.pooling = pooling;
  layer.pool = window;
  layer.pool_stride = stride;
  return layer;
}
constexpr Layer pooled(Extent window, Layer layer = {}) { return pooled(Pooling::max, window, window, layer); }
constexpr Layer pooled(int window, Layer layer = {}) { return pooled({window, window}, layer); }

constexpr Layer combining(Elementwise operation, int operands, Layer layer = {}) {
  layer.elementwise = operation;
  layer.operands = operands;
  return layer;
}
constexpr Layer adding(int operands, Layer layer = {}) { return combining(Elementwise::add, operands, layer); }

constexpr Layer reading(Layer layer, std::initializer_list<int> sources) {
  layer.sources = {};
  for (int source : sources) layer.sources.push(source);
  return layer;
}
constexpr Layer adding_of(std::initializer_list<int> sources, Layer layer = {}) {
  return reading(adding(static_cast<int>(sources.size()), layer), sources);
}

// Options -------------------------------------------------------------------------------------------------------------

/// A layer or a network after `change(it)`.
template <class Value, class Change>
constexpr Value changed(Value value, Change change) {
  change(value);
  return value;
}
constexpr Layer with_relu(Layer layer) {
  layer.activation = Activation::relu;
  return layer;
}
constexpr Layer wide_output(Layer layer, bool is_wide = true) {
  layer.wide = is_wide;
  return layer;
}
constexpr Layer biased(Layer layer) {
  layer.bias = true;
  return layer;
}
constexpr Layer streamed(Layer layer) {
  layer.streaming = true;
  return layer;
}
constexpr Layer shifted(int shift, Layer layer) {
  layer.output_shift = shift;
  return layer;
}
constexpr Layer with_bits(int bits, Layer layer) {
  layer.weight_bits = bits;
  return layer;
}
constexpr Layer named(Text name, Layer layer) {
  layer.name = name;
  return layer;
}
constexpr Layer on_processor(Layer layer) {
  layer.on_cpu = true;
  return layer;
}
/// An output of the network, though not its last layer.
constexpr Layer put_out(Layer layer) {
  layer.output = true;
  return layer;
}

/// Where everything lies.
constexpr Layer placed(Layer layer, ProcessorMap in, ProcessorMap out = 0, int in_offset = Placement::not_given,
                       int out_offset = Placement::not_given, int gap = 0) {
  layer.placement = {in, out, in_offset, out_offset, gap, 0};
  return layer;
}
/// What the author of a chain says of a layer: the rest follows from its neighbours.
constexpr Layer placed(ProcessorMap processors, int out_offset, Layer layer, ProcessorMap output_processors = 0) {
  layer.placement.processors = processors;
  layer.placement.output_processors = output_processors;
  layer.placement.out_offset = out_offset;
  return layer;
}

// Networks ------------------------------------------------------------------------------------------------------------

/// Inferred, for `N` layers at most.
template <int N = 5, class... Layers>
constexpr Graph<N> network(Shape input, const Layers&... layers) {
  Graph<N> graph{};
  graph.input = input;
  ((graph[graph.size++] = layers), ...);
  return infer(graph);
}
template <int N = 40>
constexpr Graph<N> network(Shape input, std::initializer_list<Layer> layers) {
  Graph<N> graph{};
  graph.input = input;
  for (const Layer& layer : layers) graph[graph.size++] = layer;
  return infer(graph);
}

}  // namespace incuse::test
