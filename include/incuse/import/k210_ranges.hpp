// Parameters of networks for the K210: real numbers, and the ranges of tensors with which they are quantised, as they
// come up in a run with typical inputs.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <incuse/import/calibration.hpp>
#include <incuse/import/range_choice.hpp>
#include <incuse/k210/tables/real_networks.hpp>

namespace incuse::import {

/// What the quantiser reads, in the order of `real_parameters`.
struct K210Parameters {
  std::vector<k210::RealLayer> layers{};  ///< names and numbers are those of the network, which outlives them
  std::vector<int> indices{};             ///< of these layers in the graph
  k210::Range input{};
  std::vector<std::string> unknown{};  ///< layers whose ranges are not known; "input" for the network's input
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
template <int N>
class JoinedCodes {
 public:
  explicit JoinedCodes(const Graph<N>& graph) : parents_(static_cast<std::size_t>(graph.size) + 1) {
    std::iota(parents_.begin(), parents_.end(), std::size_t{0});
    const k210::Elements<N> elements = k210::elements_of(graph);
    for (int i = 0; i < graph.size; ++i) {
      const bool made = k210::has_entry(graph, elements, i) || elements.tasks[i] == k210::Task::dequantize;
      for (const int source : graph[i].sources)
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

  std::vector<std::size_t> parents_;
};

}  // namespace detail

/// Gives layers one range whose codes are joined.
template <int N>
void share_ranges(const Graph<N>& graph, K210Parameters& parameters) {
  detail::JoinedCodes<N> joined(graph);
  std::vector<k210::RangeFinder> found(static_cast<std::size_t>(graph.size) + 1);
  found[joined.of(network_input)].add(parameters.input);
  for (std::size_t i = 0; i < parameters.layers.size(); ++i)
    found[joined.of(parameters.indices[i])].add(parameters.layers[i].output);
  parameters.input = found[joined.of(network_input)].range;
  for (std::size_t i = 0; i < parameters.layers.size(); ++i) {
    k210::RealLayer& own = parameters.layers[i];
    own.output = found[joined.of(parameters.indices[i])].range;
    if (graph[parameters.indices[i]].activation != Activation::function) own.convolved = own.output;
  }
}

namespace detail {

/// Narrows ranges, after a run that has found the extremes: a second one counts the values between these.
template <int N>
class RangeSearch {
 public:
  RangeSearch(const Graph<N>& graph, K210Parameters& parameters)
      : graph_(graph), parameters_(parameters), input_(parameters.input) {
    for (const k210::RealLayer& layer : parameters.layers) outputs_.emplace_back(layer.output);
  }
  template <class Executor>
  void add(const Executor& executor, const float* input) {
    input_.add(input, static_cast<std::size_t>(graph_.input.elements()));
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      const std::vector<float> values = executor.output_of(parameters_.indices[i]);
      outputs_[i].add(values.data(), values.size());
    }
  }
  /// The input of an activation function gets no wider a range than changes its output.
  void choose(const RangeChoice& choice) {
    parameters_.input = input_.range(choice);
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      k210::RealLayer& own = parameters_.layers[i];
      own.output = outputs_[i].range(choice);
      const k210::Range shown = sums_for(graph_[parameters_.indices[i]], own.output);
      const k210::Range sums{std::max(own.convolved.low, shown.low), std::min(own.convolved.high, shown.high)};
      if (sums.low < sums.high) own.convolved = sums;
    }
  }

 private:
  const Graph<N>& graph_;
  K210Parameters& parameters_;
  ValueCounts input_;
  std::vector<ValueCounts> outputs_{};
};

}  // namespace detail

/// Runs a network in real numbers on typical inputs, each of as many numbers as it reads, channels first, and takes
/// ranges of what comes up. `executor` is a new host::RealExecutor of the graph and `parameters.layers`, and ready.
template <class Executor, int N>
void observe_ranges(Executor& executor, const Graph<N>& graph, const std::vector<const float*>& inputs,
                    const RangeChoice& choice, K210Parameters& parameters) {
  for (const float* input : inputs) executor.run(input);
  parameters.input = executor.input_range();
  for (std::size_t i = 0; i < parameters.layers.size(); ++i) {
    const int layer = parameters.indices[i];
    parameters.layers[i].output = executor.output_range(layer);
    parameters.layers[i].convolved = graph[layer].weighted() ? executor.sum_range(layer) : parameters.layers[i].output;
  }
  if (choice.method != RangeMethod::min_max) {
    detail::RangeSearch<N> search(graph, parameters);
    for (const float* input : inputs) {
      executor.run(input);
      search.add(executor, input);
    }
    search.choose(choice);
  }
  parameters.unknown.clear();
  share_ranges(graph, parameters);
}

/// The parameters of a network type: its loaded tensors, which outlive them, without ranges.
template <int N>
K210Parameters k210_parameters(const Graph<N>& graph, const LoadedLayers& loaded) {
  K210Parameters result;
  result.layers = real_layers(graph, loaded);
  result.unknown = {"input"};
  const k210::Elements<N> elements = k210::elements_of(graph);
  for (int i = 0; i < graph.size; ++i) {
    if (!k210::has_entry(graph, elements, i)) continue;
    result.layers[result.indices.size()].name = graph[i].name;
    result.indices.push_back(i);
    result.unknown.push_back(string_of(graph[i].name));
  }
  return result;
}

}  // namespace incuse::import
