// Real tensors for a network that is described: what its layers read, and the checkpoint that they become.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <incuse/import/description_graph.hpp>
#include <incuse/import/load.hpp>
#include <incuse/import/quantise.hpp>
#include <incuse/import/trained.hpp>

namespace incuse::import {

/// Shapes, biases and widths of a description's layers with weights, as the source has them; of layers without tensors
/// nothing. `load` tells what is missing.
inline std::vector<LayerTensors> layer_tensors(const NetworkDescription& description, const NamedTensors& source,
                                               const LoadOptions& options = {}) {
  const std::vector<const DescribedLayer*> layers = weighted_layers(description);
  std::vector<std::string> names;
  names.reserve(layers.size());
  for (const DescribedLayer* layer : layers) names.push_back(layer->name);
  const StateModules modules(source, options.batch_norms);
  const detail::ModuleMatch match = detail::match_modules(names, modules, options.matching);
  std::vector<LayerTensors> tensors;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    tensors.emplace_back();
    if (match.modules[i] < 0) continue;
    LayerTensors& own = tensors.back();
    const StateModule& module = modules[match.modules[i]];
    // More channels than any chip has; with fewer, products of sizes fit their integers.
    constexpr int most_channels = 1 << 16;
    if (module.weight->values.empty() || module.weight->shape[1] > most_channels) continue;
    own.weight_shape = module.weight->shape;
    if (layers[i]->layer.op == Operator::conv_transpose2d) {
      const int groups = std::max(1, layers[i]->layer.groups);
      own.weight_shape[0] = module.weight->shape[1] * groups;
      own.weight_shape[1] = module.weight->shape[0] / groups;
    }
    // A Linear layer may be kept as a convolution over its map.
    while (layers[i]->layer.op == Operator::linear && own.weight_shape.size() > 2) {
      const int last = own.weight_shape.back();
      own.weight_shape.pop_back();
      own.weight_shape.back() *= last;
    }
    if (module.bias != nullptr || module.batch_norm >= 0) own.bias_values = own.weight_shape[0];
    if (module.weight_bits != nullptr && module.weight_bits->values.size() == 1 && module.weight_bits->values[0] != 0)
      own.weight_bits = static_cast<int>(module.weight_bits->values[0]);
  }
  return tensors;
}

/// Layers of a description that the source has no tensors for, with the nearest name, and tensors that no layer has: a
/// sentence each. Without shapes there is no graph that `load` could tell them for.
inline std::vector<std::string> unmatched_tensors(const NetworkDescription& description, const NamedTensors& source,
                                                  const LoadOptions& options = {}) {
  const std::vector<const DescribedLayer*> layers = weighted_layers(description);
  std::vector<std::string> names, sentences;
  names.reserve(layers.size());
  for (const DescribedLayer* layer : layers) names.push_back(layer->name);
  const StateModules modules(source, options.batch_norms);
  const detail::ModuleMatch match = detail::match_modules(names, modules, options.matching);
  const std::string file = printable(source.file) + ": ";
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (match.modules[i] >= 0) continue;
    TextBuffer<100> words;
    const auto index = static_cast<int>(layers[i] - description.layers.data());
    append_layer(words, index, {names[i].data(), static_cast<int>(names[i].size())});
    const std::string nearest = incuse::detail::nearest_word(
        names[i], match.left, [&](int module) -> std::string_view { return modules[module].name; });
    sentences.push_back(file + printable(string_of(words)) + ": there are no weights for it" + printable(nearest));
  }
  if (sentences.empty()) return sentences;
  const auto extra = [&](const NamedTensor& tensor) {
    sentences.push_back(file + '\'' + printable(tensor.name) + "' belongs to no layer of the network");
  };
  for (const int module : match.left) extra(*modules[module].weight);
  for (const NamedTensor* tensor : modules.untaken()) extra(*tensor);
  return sentences;
}

/// Quantised parameters as the state of a checkpoint, in PyTorch's order. Layers are called as in the source.
template <int N>
std::vector<NamedTensor> checkpoint_tensors(const Graph<N>& graph, const StoredParameters& stored) {
  std::vector<NamedTensor> tensors;
  std::size_t next = 0;
  for (int i = 0; i < graph.size; ++i) {
    if (!graph[i].trained() || next == stored.layers().size()) continue;
    const TrainedLayer& layer = stored.layers()[next++];
    const auto numbers = [](const std::string& bytes, float unit) {
      std::vector<float> all;
      for (const char byte : bytes) all.push_back(unit * static_cast<float>(static_cast<signed char>(byte)));
      return all;
    };
    NamedTensor weight{layer.name + ".op.weight", layer.weight_shape, numbers(layer.weight, 1)};
    if (graph[i].op == Operator::conv_transpose2d) {
      weight.values = detail::from_correlation(weight.values, layer.weight_shape, graph[i].groups);
      weight.shape[0] = layer.weight_shape[1] * graph[i].groups;
      weight.shape[1] = layer.weight_shape[0] / graph[i].groups;
    }
    const int bits = layer.weight_bits.value_or(8);
    tensors.push_back({layer.name + ".output_shift", {1}, {static_cast<float>(layer.output_shift.value_or(0))}});
    tensors.push_back({layer.name + ".weight_bits", {1}, {static_cast<float>(bits)}});
    tensors.push_back(std::move(weight));
    if (!layer.bias.empty())
      tensors.push_back({layer.name + ".op.bias",
                         {static_cast<int>(layer.bias.size())},
                         numbers(layer.bias, checkpoint_bias(1, bits))});
  }
  return tensors;
}

}  // namespace incuse::import
