// A network of the MAX7800x family as pictures and cards show it.
#pragma once

#include <string>

#include <incuse/hosted/strings.hpp>
#include <incuse/report/drawn_network.hpp>
#include <incuse/report/memory_text.hpp>
#include <incuse/report/plan_text.hpp>

namespace incuse::report {

namespace detail {

/// What a layer is, whether or not it has been planned.
template <int N>
void add_layer_facts(DrawnLayer& drawn, const Graph<N>& graph, int index) {
  const Layer& layer = graph[index];
  const auto fact = [&](const char* what, const std::string& value) { drawn.facts.push_back({what, value}); };
  fact("Input", text_of(layer.in));
  fact("Output", text_of(layer.out) + (layer.wide ? ", 32 bits" : ""));
  if (layer.weighted() && !layer.wide) fact("Output shift", std::to_string(layer.output_shift));
  if (layer.has_weights())
    fact("Weights",
         grouped(static_cast<long long>(layer.weight_in_channels()) * layer.out.channels * layer.kernel.area()) +
             " of " + std::to_string(layer.weight_bits) + (layer.weight_bits == 1 ? " bit" : " bits"));
}

/// Where the plan put it.
template <int N>
void add_plan_facts(DrawnLayer& drawn, const Graph<N>& graph, const max7800x::Plan<N>& plan, int index,
                    const max7800x::Options& options, const Latency& latency, const Supply& supply) {
  const max7800x::LayerPlan& placed = plan[index];
  const auto fact = [&](const char* what, const std::string& value) { drawn.facts.push_back({what, value}); };
  const long long macs = max7800x::inference_operations_of(graph, options, index).multiply_accumulate;
  if (macs > 0) fact("MACs", grouped(macs));
  fact("Time", cycles_text(max7800x::inference_cycles_of(graph, plan, options, index), latency, supply));
  fact("Reads processors", processors_text(placed.processors) + " at " + offset_text(placed.in_offset));
  fact("Writes processors", processors_text(placed.output_processors) + " at " + offset_text(placed.out_offset));
  fact("Passes", passes_text(placed));
  if (graph[index].weighted()) fact("Weight columns", columns_text(graph[index], placed));
  if (placed.bias_group >= 0) fact("Bias", bias_text(placed));
}

}  // namespace detail

/// Layers and what they read. `name` is the network's.
template <int N>
DrawnNetwork drawn_network(const std::string& name, const Graph<N>& graph, const max7800x::Device& device) {
  DrawnNetwork drawn{name, string_of(device.name)};
  drawn.sources.push_back({0, "input", text_of(graph.input)});
  if (graph.buffer.exists())
    drawn.sources.push_back({graph.size + 1, string_of(graph.buffer.name), text_of(graph.buffer.shape())});
  for (int i = 0; i < graph.size; ++i) {
    const Layer& layer = graph[i];
    DrawnLayer next{layer_title(layer, i), detail::steps_text(layer), text_of(layer.out)};
    for (int source : layer.sources)
      next.reads.push_back(source == rolling_buffer ? graph.size + 1 : tensor_number(source));
    next.output = layer.output;
    detail::add_layer_facts(next, graph, i);
    drawn.layers.push_back(next);
  }
  return drawn;
}

/// The same of a network that has been planned: with where everything lies, and how long it takes.
template <int N>
DrawnNetwork drawn_network(const std::string& name, const Graph<N>& graph, const max7800x::Plan<N>& plan,
                           const max7800x::Device& device, const max7800x::Options& options, const Supply& supply) {
  DrawnNetwork drawn = drawn_network(name, graph, device);
  const Latency latency = max7800x::cycles_of(graph, plan, device, options);
  for (int i = 0; i < graph.size; ++i)
    detail::add_plan_facts(drawn.layers[static_cast<std::size_t>(i)], graph, plan, i, options, latency, supply);
  const std::vector<MappedTensor> tensors = mapped_tensors(graph, plan, device, options);
  for (int i = 0; i < graph.size; ++i) {
    const MappedTensor& tensor = tensors[static_cast<std::size_t>(i) + 1];
    drawn.layers[static_cast<std::size_t>(i)].facts.push_back(
        {"Data memory", "bytes " + detail::byte_range_text(tensor) + " of instances " +
                            detail::ranges_text(tensor.instances) + ", until " +
                            detail::read_text(tensor, graph.size)});
  }
  const max7800x::MemoryUse use = max7800x::memory_use(graph, plan, device);
  const auto memory = [&](const char* what, long long used, long long capacity) {
    drawn.facts.push_back({what, grouped(used) + " of " + grouped(capacity) + " bytes"});
  };
  drawn.facts.push_back({"Layers", std::to_string(graph.size) + " of " + std::to_string(device.max_layers)});
  memory("Weights", use.weight_bytes, use.weight_capacity);
  memory("Biases", use.bias_bytes, use.bias_capacity);
  memory("Data, fullest instance", use.data_bytes, use.data_capacity);
  drawn.facts.push_back({"Time", time_text(latency, supply)});
  drawn.facts.push_back({"Operations", grouped(max7800x::operations_of(graph, options).total())});
  return drawn;
}

}  // namespace incuse::report
