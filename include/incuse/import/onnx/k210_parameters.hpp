// Parameters of a model for the K210: its weights, and the ranges of its tensors, where the model knows them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/k210_ranges.hpp>
#include <incuse/import/onnx/k210.hpp>

namespace incuse::import::onnx {

using import::K210Parameters;

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
      own.convolved =
          step_of(i).sums.known() ? range_from(step_of(i).sums) : import::detail::sums_for(graph[i], own.output);
    if (graph[i].weighted()) {
      own.weights = reals(step_of(i).weight);
      own.bias = reals(step_of(i).bias);
    }
    result.layers.push_back(own);
    result.indices.push_back(i);
  }
  if (result.unknown.empty()) share_ranges(graph, result);
  return result;
}

}  // namespace incuse::import::onnx
