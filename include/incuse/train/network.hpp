// The network that is trained: a Graph whose size is known when the program runs, with names for its layers.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/device.hpp>
#include <incuse/model/graph.hpp>
#include <incuse/model/network.hpp>

namespace incuse::train {

/// Layers and shapes of a network. Copies are complete: nothing in it refers to the graph that it was made of.
struct Network {
  Shape input{};
  std::vector<Layer> layers{};
  std::vector<std::string> names{};  ///< of the layers, all different: the author's, or "layer3"
  std::string arch{};                ///< name of the architecture in checkpoints; empty: none

  int size() const { return static_cast<int>(layers.size()); }
  const Layer& operator[](int i) const { return layers[static_cast<std::size_t>(i)]; }
  const std::string& name(int i) const { return names[static_cast<std::size_t>(i)]; }
};

/// The network of an inferred graph.
template <int N>
Network network_of(const Graph<N>& graph, std::string arch = {}) {
  Network network{graph.input, {}, {}, std::move(arch)};
  for (int i = 0; i < graph.size; ++i) {
    const Text name = graph[i].name;
    network.layers.push_back(graph[i]);
    network.layers.back().name = {};  // its characters are the graph's
    network.names.push_back(name.empty() ? "layer" + std::to_string(i) : string_of(name));
  }
  return network;
}

/// The network of a type.
template <class Net>
Network network_of(std::string arch = {}) {
  return network_of(graph_of<Net>(), std::move(arch));
}

/// The graph for executors and planners; its names live in `network`. At most max7800x::most_layers layers count.
inline Graph<max7800x::most_layers> graph_of_network(const Network& network) {
  Graph<max7800x::most_layers> graph;
  graph.input = network.input;
  for (int i = 0; i < network.size() && i < graph.capacity; ++i) {
    graph[i] = network[i];
    graph[i].name = Text(network.name(i).data(), static_cast<int>(network.name(i).size()));
    graph.size = i + 1;
  }
  return graph;
}

/// Layers of the network with weights that are trained, in order.
inline std::vector<int> trained_layers(const Network& network) {
  std::vector<int> indices;
  for (int i = 0; i < network.size(); ++i)
    if (network[i].trained()) indices.push_back(i);
  return indices;
}

/// What a network computes with when it is deployed: the signed bytes of the MAX7800x family, or the codes of the K210,
/// for which it is trained in real numbers and quantised afterwards.
enum class Arithmetic : unsigned char { bytes, real };

namespace detail {

/// What a layer of real numbers asks for that training does not know; empty if there is nothing.
inline std::string untrainable_real_feature(const Layer& layer, bool last) {
  if (layer.output_shift != 0 || layer.weight_bits != 8 || layer.binary_weights || layer.wide ||
      layer.elementwise == Elementwise::bitwise_or || layer.elementwise == Elementwise::bitwise_xor)
    return "it has options that mean nothing to real numbers";
  if (layer.reads_buffer() || layer.writes_buffer() || layer.tests())
    return "the K210 has no rolling buffers and no early exits";
  if (layer.weighted() && layer.bypass) return "its weights are all 1";
  if (layer.batch_norm) return "give it a bias in place of its batch norm, which is an option of training";
  if (layer.software == Software::softmax && !last) return "a softmax has to be the last layer: the loss stands for it";
  if (layer.software == Software::combine && layer.sources.size != 2) return "it combines a tensor with a constant";
  if (layer.pooling == Pooling::average && layer.pool_dilation != Extent{1, 1})
    return "its means are of stretched windows";
  if (layer.op == Operator::conv_transpose2d && layer.with.border != Border{}) return "its border is uneven";
  return {};
}

/// What a layer asks for that training does not know; empty if there is nothing.
inline std::string untrainable_feature(const Layer& layer) {
  if (layer.software != Software::none || layer.on_cpu) return "it runs on the processor";
  if (layer.activation == Activation::function) return "its activation is a function of real numbers";
  if (layer.reads_buffer() || layer.writes_buffer()) return "it reads or writes a rolling buffer";
  if (layer.tests()) return "it is part of an early exit: train the network without it";
  if (layer.weighted() && layer.bypass) return "its weights are all 1";
  if (layer.binary_weights) return "its weights are -1 and 1";
  if (layer.pool_same || layer.pad_value != 0) return "its windows reach beyond the map as on the K210";
  if (layer.batch_norm) return "its batch norm is the K210's: here batch norm is an option of training";
  return {};
}

}  // namespace detail

/// Why a network cannot be trained, as a sentence; empty if it can.
inline std::string obstacle_to_training(const Network& network, Arithmetic arithmetic = Arithmetic::bytes) {
  if (network.size() == 0) return "the network has no layers";
  for (int i = 0; i < network.size(); ++i) {
    const auto refused = [&](const std::string& reason) {
      return "layer " + std::to_string(i) + " (" + network.name(i) + ") cannot be trained: " + reason;
    };
    const std::string reason = arithmetic == Arithmetic::bytes
                                   ? detail::untrainable_feature(network[i])
                                   : detail::untrainable_real_feature(network[i], i + 1 == network.size());
    if (!reason.empty()) return refused(reason);
    if (network[i].out.elements() <= 0 || network[i].in.elements() <= 0) return refused("its shapes do not fit");
    for (int j = 0; j < i; ++j)
      if (network.name(i) == network.name(j)) return refused("another layer has this name");
  }
  return {};
}

}  // namespace incuse::train
