// Whether the executors can run a network at all: they do not check shapes and tensors themselves.
#pragma once

#include <incuse/max7800x/arithmetic.hpp>
#include <incuse/model/parameter_rules.hpp>
#include <incuse/model/shapes.hpp>

namespace incuse::host {

/// Why a network cannot run; no text if it can.
struct Obstacle {
  int layer = -1;
  Text reason{};
  Finding finding{};  ///< the violated rule about its parameters; without a rule for other reasons

  constexpr bool none() const { return reason.empty(); }
};

/// Number of weights that a layer reads.
constexpr long long weight_count(const Layer& layer) {
  return static_cast<long long>(layer.out.channels) * layer.weight_in_channels() * layer.kernel.area();
}

/// The obstacle as a sentence: "layer 3 (conv3): …". About parameters, it also says what is needed and what there is.
constexpr Sentence sentence_of(const Obstacle& obstacle, Text layer_name = {}) {
  if (obstacle.finding.rule != nullptr) return incuse::sentence_of(obstacle.finding, "the network");
  Sentence out;
  if (obstacle.layer >= 0) {
    append_layer(out, obstacle.layer, layer_name);
    out << ": ";
  }
  out << obstacle.reason;
  return out;
}

namespace detail {

constexpr bool positive(Shape shape) { return shape.channels > 0 && shape.height > 0 && shape.width > 0; }

constexpr bool windows_fit(int in, int pooled, int window, int stride, int dilation) {
  return window > 0 && stride > 0 && (pooled - 1) * stride + (window - 1) * dilation < in;
}

template <int N>
constexpr bool sources_exist(const Graph<N>& graph, int index) {
  const Layer& layer = graph[index];
  for (int source : layer.sources) {
    const bool exists = source == rolling_buffer ? graph.buffer.exists() : source >= network_input && source < index;
    if (!exists) return false;
  }
  return !layer.sources.empty() && layer.sources.dropped == 0;
}

template <int N>
constexpr bool sources_fill_operands(const Graph<N>& graph, const Layer& layer) {
  long long elements = 0;
  for (int source : layer.sources) elements += cropped_source(graph, layer, source).elements();
  return layer.operands > 0 && elements == static_cast<long long>(layer.operands) * layer.in.elements();
}

/// Windows may reach beyond their map with same_padding; pixels that are picked have to lie within it.
constexpr bool pooling_fits(const Layer& layer, Extent dilation) {
  Extent reach = layer.pool_same ? Extent{1, 1} : layer.pool;
  if (layer.pooling == Pooling::pick) reach.width = max_of(reach.width, layer.pool_column + 1);
  return layer.pool.height > 0 && layer.pool.width > 0 && layer.pool_column >= 0 &&
         windows_fit(layer.in.height, layer.pooled.height, reach.height, layer.pool_stride.height, dilation.height) &&
         windows_fit(layer.in.width, layer.pooled.width, reach.width, layer.pool_stride.width, dilation.width);
}

constexpr bool picks_column(const Layer& layer) {
  return layer.pool_column == 0 || (layer.pooling == Pooling::pick && layer.pool_column < layer.pool.width);
}

/// Layers without an operator keep the pooled shape, or have that of their software layer; the others have weights.
constexpr bool operator_fits(const Layer& layer) {
  if (layer.software != Software::none) return !layer.weighted() && layer.out == software_shape(layer, layer.pooled);
  if (!layer.weighted()) return layer.out == layer.pooled;
  return layer.kernel.height > 0 && layer.kernel.width > 0 && layer.groups > 0 &&
         layer.in.channels % layer.groups == 0 && layer.out.channels % layer.groups == 0;
}

/// True if a convolution has the stride that its shapes were inferred for. The language has others, which no chip runs.
constexpr bool strides_as_inferred(const Layer& layer) {
  if (layer.op == Operator::conv_transpose2d)
    return layer.stride == Extent{2, 2} && (layer.dilation == Extent{1, 1} || layer.kernel == Extent{1, 1});
  return layer.stride == Extent{1, 1};
}

/// What a layer leaves in the rolling buffer: rows that the buffer has.
template <int N>
constexpr bool buffer_rows_fit(const Graph<N>& graph, const Layer& layer) {
  const Shape whole = graph.buffer.shape();
  if (layer.buffer_shift != 0) {
    const bool moves = layer.sources.size == 1 && layer.sources[0] == rolling_buffer && !layer.weighted();
    return moves && layer.buffer_insert == 0 && layer.buffer_shift > 0 && layer.buffer_shift < whole.height &&
           layer.out == Shape{whole.channels, whole.height - layer.buffer_shift, 1};
  }
  return layer.buffer_insert == 0 || (layer.buffer_insert > 0 && layer.buffer_insert <= whole.height && !layer.wide &&
                                      layer.out == Shape{whole.channels, layer.buffer_insert, 1});
}

/// Why a layer cannot run, be its numbers bytes or real. `dilation` is that of its pooling windows.
template <int N>
constexpr Text obstacle_of_layer(const Graph<N>& graph, int index, Extent dilation) {
  const Layer& layer = graph[index];
  if (!sources_exist(graph, index)) return "it reads a layer that does not run before it";
  if (!positive(layer.in) || !positive(layer.pooled) || !positive(layer.out))
    return "its input, pooled or output tensor is empty";
  if (layer.crop_top < 0 || layer.crop_bottom < 0) return "it crops fewer than 0 rows";
  if (!sources_fill_operands(graph, layer)) return "its sources do not have the size of its input";
  if (layer.operands > 1 && layer.elementwise == Elementwise::none) return "it has operands that it does not combine";
  if (layer.pooled.channels != layer.in.channels || !pooling_fits(layer, dilation))
    return "its pooling windows reach beyond its input";
  if (!picks_column(layer)) return "it picks a column that its pooling windows do not have";
  if (!operator_fits(layer)) return "its output does not have the shape that its operator yields";
  if (layer.pad_value != 0 && layer.op != Operator::conv1d && layer.op != Operator::conv2d)
    return "its padding has a value, but it is no convolution of its input";
  if (!buffer_rows_fit(graph, layer)) return "it does not write rows that the rolling buffer has";
  if (!strides_as_inferred(layer)) return "its convolution has a stride or a dilation that nothing computes";
  if (!layer.weighted() && layer.software != Software::requantize && layer.activation != Activation::none)
    return "it has an activation function, but no operator in front of it";
  return {};
}

/// True for layers that run on the CPU, and read and write signed bytes there.
constexpr bool keeps_bytes(Software kind) {
  return kind == Software::none || kind == Software::upload || kind == Software::resize ||
         kind == Software::add_padding || kind == Software::remove_padding;
}

/// Why a network cannot run, be its numbers bytes or real.
constexpr Text obstacle_of_network(Shape input, int layers) {
  if (layers == 0) return "the network has no layers";
  if (!positive(input)) return "the network's input is empty";
  return {};
}

}  // namespace detail

/// The first reason why a network of signed bytes, inferred and bound to its parameters, cannot run.
template <int N>
constexpr Obstacle obstacle(const Graph<N>& graph, Parameters parameters) {
  if (const Text reason = detail::obstacle_of_network(graph.input, graph.size); !reason.empty()) return {-1, reason};
  if (graph.real_input) return {-1, "the network's input is made of real numbers"};
  for (int i = 0; i < graph.size; ++i) {
    const Layer& layer = graph[i];
    const Text reason = detail::obstacle_of_layer(graph, i, max7800x::pooling_dilation(layer));
    if (!reason.empty()) return {i, reason};
    if (layer.activation == Activation::function) return {i, "its activation function is one of real numbers"};
    if (layer.pad_value < -128 || layer.pad_value > 127 ||
        layer.pad_value != static_cast<float>(static_cast<int>(layer.pad_value)))
      return {i, "the value of its padding is no signed byte"};
    if (layer.batch_norm) return {i, "it has a batch norm, which signed bytes know none of"};
    if (!detail::keeps_bytes(layer.software)) return {i, "it is a layer of the processor for real numbers"};
  }
  const Findings found = check_parameters(graph, parameters);
  for (const Finding& finding : found)
    if (finding.rule->severity == Severity::error) return {finding.layer, finding.rule->sentence, finding};
  if (!found.ok()) return {-1, "its parameters do not fit its layers"};  // more findings than are kept
  return {};
}

}  // namespace incuse::host
