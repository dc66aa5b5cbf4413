// A network planned for the K210 as text: layers of the KPU and those that run on the CPU, where their maps lie in AI
// RAM and in main memory, and lower bounds for both memories and for the time.
#pragma once

#include <string>

#include <incuse/hosted/strings.hpp>
#include <incuse/k210/latency.hpp>
#include <incuse/k210/plan/plan_types.hpp>
#include <incuse/k210/registers/layer_words.hpp>
#include <incuse/report/table.hpp>
#include <incuse/report/time_text.hpp>

namespace incuse::report {

namespace detail {

/// "depth-wise 3x3, maximum, 2x2"; "processor: softmax".
inline std::string kpu_operation(const k210::KpuStep& step) {
  if (step.on_cpu()) return "processor: " + string_of(k210::description_of(step.cpu.task).name);
  const k210::KpuLayer& layer = step.layer;
  const std::string kernel = std::to_string(layer.kernel) + 'x' + std::to_string(layer.kernel);
  const std::string convolution = step.copies ? "copy" : layer.depthwise ? "depth-wise " + kernel : "conv " + kernel;
  return layer.pool == k210::KpuPool::none ? convolution
                                           : convolution + ", " + string_of(k210::description_of(layer.pool).name);
}

/// "1200 to 1799"; nothing for a map that the memory does not hold.
inline std::string kpu_lines(const k210::PlacedMap& map) {
  if (!map.needed()) return "";
  if (!map.placed()) return "no space for " + std::to_string(map.lines);
  return std::to_string(map.line) + " to " + std::to_string(map.line + map.lines - 1);
}

/// "AI RAM: step 3 needs 1,200 of 32,768 lines of 64 bytes at once, which no plan can do without".
template <int N>
std::string memory_use(const char* memory, const k210::MemoryPlan<N>& plan, int lines) {
  return std::string(memory) + ": step " + std::to_string(plan.needed_at) + " needs " + grouped(plan.needed_lines) +
         " of " + grouped(lines) + " lines of 64 bytes at once, which no plan can do without\n";
}

}  // namespace detail

/// One line per step, then the use of AI RAM and of working memory and the time, with their lower bounds.
template <int N>
std::string kpu_plan_text(const k210::Plan<N>& plan, const k210::Device& device, const Supply& supply) {
  Table table("rllllrrlr");  // empty columns are left out
  table.add({"step", "operation", "input", "output", "AI RAM", "loads", "weights", "main memory", "least cycles"});
  const auto row = [&](int tensor, const std::string& number, const std::string& operation, const std::string& input) {
    const bool on_kpu = tensor != network_input && !plan.graph[tensor].on_cpu();
    const k210::KpuLayer layer = on_kpu ? plan.graph[tensor].layer : k210::KpuLayer{};
    table.add({number, operation, input, text_of(plan.graph.shape_of(tensor)), detail::kpu_lines(plan.map(tensor)),
               on_kpu ? std::to_string(k210::loads_of(layer, device).count) : "",
               on_kpu ? grouped(layer.weights() * layer.weight_bytes) : "", detail::kpu_lines(plan.main.map(tensor)),
               on_kpu ? grouped(k210::least_cycles_of(layer, device)) : ""});
  };
  row(network_input, "", "input", "");
  for (int i = 0; i < plan.graph.size; ++i) {
    std::string input;
    for (int source : plan.graph[i].sources)
      input += (input.empty() ? "" : ", ") + (source == network_input ? "input" : "step " + std::to_string(source));
    row(i, std::to_string(i), detail::kpu_operation(plan.graph[i]), input);
  }
  std::string text = table.text() + detail::memory_use("AI RAM", plan, device.ram_lines);
  if (plan.graph.count(true) > 0)
    text += detail::memory_use("main memory", plan.main, device.general_bytes / k210::line_bytes);
  text += "time: " + time_text(k210::least_cycles_of(plan.graph, device), supply) + '\n';
  return text + (plan.complete() ? "Every map has its place.\n" : "Not every map has a place.\n");
}

/// The same at the usual clock.
template <int N>
std::string kpu_plan_text(const k210::Plan<N>& plan, const k210::Device& device) {
  return kpu_plan_text(plan, device, usual_supply(device));
}

}  // namespace incuse::report
