// Layers as values, as tests write them that speak of processors and offsets.
#pragma once

#include <initializer_list>

#include <incuse/model/graph.hpp>

namespace incuse::test {

inline Layer joined(Layer layer, std::initializer_list<int> sources) {
  for (int source : sources) layer.sources.push(source);
  return layer;
}

inline Layer added(std::initializer_list<int> sources) {
  Layer layer = joined({}, sources);
  layer.elementwise = Elementwise::add;
  layer.operands = static_cast<int>(sources.size());
  return layer;
}

constexpr Layer pooled(int window, Layer layer = {}) {
  layer.pooling = Pooling::max;
  layer.pool = layer.pool_stride = {window, window};
  return layer;
}

constexpr Layer placed(Layer layer, ProcessorMap in, ProcessorMap out, int in_offset, int out_offset, int gap = 0) {
  layer.placement = {in, out, in_offset, out_offset, gap, 0};
  return layer;
}

}  // namespace incuse::test
