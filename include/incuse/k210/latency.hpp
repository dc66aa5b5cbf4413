// The fewest cycles of the KPU's clock that a network can take. The vendor has no model of its run time; what is public
// is how much it multiplies at most: docs/latency.md has the sources and the reasons.
#pragma once

#include <incuse/core/latency.hpp>
#include <incuse/k210/device.hpp>
#include <incuse/k210/plan/conversion.hpp>

namespace incuse::k210 {

/// A lower bound of the cycles of a layer: it multiplies a window of 3x3 or 1x1 pixels at every pixel of every input
/// channel for every output channel, before it pools, and so many of them at once as the KPU has units. Loading
/// weights, reading and writing maps are not counted: they may go on at the same time.
constexpr long long least_cycles_of(const KpuLayer& layer, const Device& device) {
  const long long windows = 1LL * layer.in.pixels() * layer.sum_channels() * layer.out_channels;
  return (windows + device.windows_per_clock - 1) / device.windows_per_clock;
}

/// The same of all layers of the KPU, which run one after the other. Layers of the processor have no figure.
template <int N>
constexpr Latency least_cycles_of(const KpuGraph<N>& graph, const Device& device) {
  Latency latency{.least = true};
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].on_cpu())
      latency.incomplete = true;
    else
      latency.total += least_cycles_of(graph[i].layer, device);
  return latency;
}

}  // namespace incuse::k210
