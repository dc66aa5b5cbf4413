// Whether the executors can run a network at all: they trust shapes and tensors without looking back.
#pragma once

#include <incuse/max7800x/arithmetic.hpp>
#include <incuse/model/parameters.hpp>
#include <incuse/model/shapes.hpp>

namespace incuse::host {

/// What keeps a network from running; no text if nothing does.
struct Obstacle {
  int layer = -1;
  Text reason{};

  constexpr bool none() const { return reason.empty(); }
};

/// Number of weights that a layer reads.
constexpr long long weight_count(const Layer& layer) {
  return static_cast<long long>(layer.out.channels) * layer.weight_in_channels() * layer.kernel.area();
}

namespace detail {

constexpr bool positive(Shape shape) { return shape.channels > 0 && shape.height > 0 && shape.width > 0; }

constexpr bool windows_fit(int in, int pooled, int window, int stride, int dilation) {
  return window > 0 && stride > 0 && (pooled - 1) * stride + (window - 1) * dilation < in;
}

template <int N>
constexpr bool sources_exist(const Graph<N>& graph, int index) {
  const Layer& layer = graph[index];
  for (int source : layer.sources)
    if (source < network_input || source >= index) return false;
  return !layer.sources.empty() && layer.sources.dropped == 0;
}

template <int N>
constexpr bool sources_fill_operands(const Graph<N>& graph, const Layer& layer) {
  long long elements = 0;
  for (int source : layer.sources) elements += source_shape(graph, source).elements();
  return layer.operands > 0 && elements == static_cast<long long>(layer.operands) * layer.in.elements();
}

constexpr bool pooling_fits(const Layer& layer) {
  if (layer.pool_same || layer.pooling == Pooling::pick) return false;
  const Extent dilation = max7800x::pooling_dilation(layer);
  return windows_fit(layer.in.height, layer.pooled.height, layer.pool.height, layer.pool_stride.height,
                     dilation.height) &&
         windows_fit(layer.in.width, layer.pooled.width, layer.pool.width, layer.pool_stride.width, dilation.width);
}

/// Layers without an operator copy what they pooled; the others have weights.
constexpr bool operator_fits(const Layer& layer) {
  if (!layer.weighted()) return layer.out == layer.pooled;
  return layer.kernel.height > 0 && layer.kernel.width > 0 && layer.groups > 0 &&
         layer.in.channels % layer.groups == 0 && layer.out.channels % layer.groups == 0;
}

}  // namespace detail

/// The first thing that keeps a network, inferred and bound to its parameters, from running.
template <int N>
constexpr Obstacle obstacle(const Graph<N>& graph, Parameters parameters) {
  if (graph.size == 0) return {-1, "the network has no layers"};
  if (!detail::positive(graph.input)) return {-1, "the network's input is empty"};
  for (int i = 0; i < graph.size; ++i) {
    const Layer& layer = graph[i];
    if (!detail::sources_exist(graph, i)) return {i, "it reads a layer that does not run before it"};
    if (!detail::positive(layer.in) || !detail::positive(layer.pooled) || !detail::positive(layer.out))
      return {i, "its input, pooled or output tensor is empty"};
    if (!detail::sources_fill_operands(graph, layer)) return {i, "its sources do not have the size of its input"};
    if (layer.pooled.channels != layer.in.channels || !detail::pooling_fits(layer))
      return {i, "its pooling windows reach beyond its input"};
    if (!detail::operator_fits(layer)) return {i, "its output does not have the shape that its operator yields"};
    if (layer.activation == Activation::function) return {i, "its activation function is one of real numbers"};
    if (!layer.weighted()) continue;
    const LayerParameters own = parameters_of(graph, parameters, i);
    if (own.weight.count != weight_count(layer)) return {i, "its weights are missing or of another size"};
    if (layer.bias && own.bias.count != layer.out.channels) return {i, "its bias is missing or of another size"};
  }
  return {};
}

}  // namespace incuse::host
