// A network planned for the K210's KPU as text: its layers, where their maps lie in AI RAM, and what no plan could do
// without.
#pragma once

#include <string>

#include <incuse/k210/layer_words.hpp>
#include <incuse/k210/plan_types.hpp>
#include <incuse/report/table.hpp>

namespace incuse::report {

namespace detail {

inline std::string kpu_text(Text text) { return {text.data, static_cast<std::size_t>(text.size)}; }

inline std::string kpu_shape(Shape shape) {
  return std::to_string(shape.channels) + 'x' + std::to_string(shape.height) + 'x' + std::to_string(shape.width);
}

/// "depth-wise 3x3, maximum, 2x2".
inline std::string kpu_operation(const k210::KpuStep& step) {
  const k210::KpuLayer& layer = step.layer;
  const std::string kernel = std::to_string(layer.kernel) + 'x' + std::to_string(layer.kernel);
  const std::string convolution = step.copies ? "copy" : layer.depthwise ? "depth-wise " + kernel : "conv " + kernel;
  return layer.pool == k210::KpuPool::none ? convolution
                                           : convolution + ", " + kpu_text(k210::description_of(layer.pool).name);
}

/// "1200 to 1799".
inline std::string kpu_lines(const k210::PlacedMap& map) {
  if (!map.placed()) return "no space for " + std::to_string(map.lines);
  return std::to_string(map.line) + " to " + std::to_string(map.line + map.lines - 1);
}

}  // namespace detail

/// One line per layer of the KPU, then the use of AI RAM with its lower bound.
template <int N>
std::string kpu_plan_text(const k210::Plan<N>& plan, const k210::Device& device) {
  Table table("rlllllrr");
  table.add({"step", "operation", "input", "lines", "output", "lines", "loads", "weights"});
  for (int i = 0; i < plan.graph.size; ++i) {
    const k210::KpuStep& step = plan.graph[i];
    const k210::WeightLoads loads = k210::loads_of(step.layer, device);
    table.add({std::to_string(i), detail::kpu_operation(step), detail::kpu_shape(step.layer.in),
               detail::kpu_lines(plan.map(step.source)), detail::kpu_shape(step.layer.out()),
               detail::kpu_lines(plan.maps[i]), std::to_string(loads.count),
               grouped(1LL * step.layer.out_channels * step.layer.channel_weights() * step.layer.weight_bytes)});
  }
  return table.text() + "AI RAM: step " + std::to_string(plan.needed_at) + " needs " + grouped(plan.needed_lines) +
         " of " + grouped(device.ram_lines) + " lines at once, which no plan can do without; " +
         (plan.complete() ? "every map has its place" : "not every map has a place") + '\n';
}

}  // namespace incuse::report
