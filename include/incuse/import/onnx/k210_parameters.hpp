// Parameters of a model for the K210: its weights, and the ranges of its tensors, where the model knows them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/onnx/k210.hpp>
#include <incuse/k210/tables/real_networks.hpp>

namespace incuse::import::onnx {

/// What the quantiser reads, in the order of `real_parameters`.
struct K210Parameters {
  std::vector<k210::RealLayer> layers{};  ///< names and numbers are those of the network, which outlives them
  std::vector<int> indices{};             ///< of these layers in the graph
  k210::Range input{};
  std::vector<std::string> unknown{};  ///< layers whose ranges the model does not know; "input" for its input
};

namespace detail {

/// Numbers of both signs, ascending, each 2 % from the next.
inline std::vector<float> number_line(float most) {
  std::vector<float> line{0};
  float x = most;
  while (x > most / 1048576) {
    line.push_back(x);
    line.push_back(-x);
    x *= 0.98f;
  }
  std::sort(line.begin(), line.end());
  return line;
}

/// The numbers that an activation function maps into a range, as far as they make a difference: beyond them its result
/// is that of the nearest end, to half of a 255th of the range.
inline k210::Range sums_for(const Layer& layer, k210::Range output) {
  if (layer.activation != Activation::function || layer.function == nullptr) return output;
  const std::vector<float> line =
      number_line(std::fmax(64.0f, 128 * std::fmax(std::fabs(output.low), std::fabs(output.high))));
  const float half = (output.high - output.low) / 510;
  const auto result = [&](float x) { return std::fmin(std::fmax(layer.function(x), output.low), output.high); };
  std::size_t low = 0, high = line.size() - 1;
  while (low < high && std::fabs(result(line[low + 1]) - result(line.front())) <= half) ++low;
  while (high > low && std::fabs(result(line[high - 1]) - result(line.back())) <= half) --high;
  return low < high ? k210::Range{line[low], line[high]} : output;
}

/// Layers whose codes are joined, which have one range: those that make the codes, the input among them.
class JoinedCodes {
 public:
  explicit JoinedCodes(const K210Network& network)
      : graph_(network.graph),
        elements_(k210::elements_of(graph_)),
        parents_(static_cast<std::size_t>(graph_.size) + 1) {
    std::iota(parents_.begin(), parents_.end(), std::size_t{0});
    for (int i = 0; i < graph_.size; ++i) {
      const bool made = k210::has_entry(graph_, elements_, i) || elements_.tasks[i] == k210::Task::dequantize;
      for (int source : graph_[i].sources)
        if (!made) join(source, i);
    }
  }
  std::size_t of(int layer) {
    auto at = static_cast<std::size_t>(layer - network_input);
    while (parents_[at] != at) at = parents_[at] = parents_[parents_[at]];
    return at;
  }

 private:
  void join(int a, int b) { parents_[of(a)] = of(b); }

  const Graph<K210Network::most_layers>& graph_;
  k210::Elements<K210Network::most_layers> elements_;
  std::vector<std::size_t> parents_;
};

}  // namespace detail

/// Gives layers one range whose codes are joined.
inline void share_ranges(const K210Network& network, K210Parameters& parameters) {
  detail::JoinedCodes joined(network);
  std::vector<k210::RangeFinder> found(static_cast<std::size_t>(network.graph.size) + 1);
  found[joined.of(network_input)].add(parameters.input);
  for (std::size_t i = 0; i < parameters.layers.size(); ++i)
    found[joined.of(parameters.indices[i])].add(parameters.layers[i].output);
  parameters.input = found[joined.of(network_input)].range;
  for (std::size_t i = 0; i < parameters.layers.size(); ++i) {
    k210::RealLayer& own = parameters.layers[i];
    own.output = found[joined.of(parameters.indices[i])].range;
    const Layer& layer = network.graph[parameters.indices[i]];
    if (layer.activation != Activation::function) own.convolved = own.output;
  }
}

/// The parameters of a network that was made of a model, without refusals.
inline K210Parameters k210_parameters(const K210Network& network) {
  K210Parameters result;
  const auto& graph = network.graph;
  const std::vector<Step>& steps = network.lowered.steps;
  const k210::Elements<K210Network::most_layers> elements = k210::elements_of(graph);
  const auto reals = [](const std::vector<float>& values) {
    k210::Reals view;
    view.values = values.data();
    view.count = static_cast<int>(values.size());
    return view;
  };
  const auto step_of = [&](int layer) -> const Step& {
    return steps[static_cast<std::size_t>(network.steps[static_cast<std::size_t>(layer)])];
  };
  // The range of a layer's output. A layer that only changes how numbers are stored, or pools, has that of its source.
  const auto range_of = [&](int layer) {
    while (layer != network_input &&
           (graph[layer].software == Software::quantize || graph[layer].software == Software::dequantize ||
            !step_of(layer).range.known()) &&
           !graph[layer].weighted() && graph[layer].sources.size == 1)
      layer = graph[layer].sources[0];
    return layer == network_input ? network.lowered.input_range : step_of(layer).range;
  };
  const auto range_from = [](NumberRange range) {
    return range.known() ? k210::Range{static_cast<float>(range.low), static_cast<float>(range.high)} : k210::Range{};
  };
  const auto known = [&](NumberRange range, const std::string& name) {
    if (!range.known()) result.unknown.push_back(name);
    return range_from(range);
  };
  result.input = known(network.lowered.input_range, "input");
  for (int i = 0; i < graph.size; ++i) {
    if (!k210::has_entry(graph, elements, i)) continue;
    k210::RealLayer own;
    own.name = graph[i].name;
    own.output = known(range_of(i), string_of(graph[i].name));
    own.convolved = own.output;
    if (graph[i].activation == Activation::function)
      own.convolved = step_of(i).sums.known() ? range_from(step_of(i).sums) : detail::sums_for(graph[i], own.output);
    if (graph[i].weighted()) {
      own.weights = reals(step_of(i).weight);
      own.bias = reals(step_of(i).bias);
    }
    result.layers.push_back(own);
    result.indices.push_back(i);
  }
  if (result.unknown.empty()) share_ranges(network, result);
  return result;
}

}  // namespace incuse::import::onnx
