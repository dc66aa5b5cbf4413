// What the parts of the proof of a plan share: its subject, and how they report. See verify.hpp.
#pragma once

#include <incuse/core/finding.hpp>
#include <incuse/core/text.hpp>
#include <incuse/max7800x/options.hpp>
#include <incuse/max7800x/plan/plan_types.hpp>

namespace incuse::max7800x::detail::proof {

/// "layer 0" and so on, for layers without a name.
struct LayerLabels {
  TextBuffer<9> labels[most_layers]{};
  constexpr LayerLabels() {
    for (int i = 0; i < most_layers; ++i) labels[i] << "layer " << static_cast<long long>(i);
  }
};
/// A template, so that only programs with a network pay for it.
template <class Labels>
inline constexpr Labels labels_of{};

constexpr long long pixels(Shape s) { return s.all_pixels(); }

/// A map of processors in a finding: the first and the last one.
constexpr Quantity span_of(ProcessorMap map) { return Quantity::range(first_bit(map), last_bit(map)); }

/// The network, the plan that is proved, and the findings.
template <int N>
struct Subject {
  const Graph<N>& graph;
  const Plan<N>& plan;
  const Device& device;
  const Options& options;
  bool lenient;  ///< report overwriting only where the vendor's tool does: checks sheet, sections 8 and 9
  Findings& found;

  constexpr void blame(const Rule& rule, int layer, Quantity needs, Quantity has, Text whose, Text part = {},
                       const Advice& advice = {}) const {
    found.push({&rule, layer, graph[layer].name, needs, has, whose, part, -1, advice});
  }
  constexpr Text name_of(int tensor) const {
    if (tensor == rolling_buffer + 1) return graph.buffer.name;
    if (tensor == 0) return "network input";
    const Text name = graph[writer_of(tensor)].name;
    return !name.empty() || tensor > most_layers ? name : labels_of<LayerLabels>.labels[writer_of(tensor)].text();
  }
  /// The shape of a tensor, by the layer that it comes from.
  constexpr Shape tensor_shape(int source) const {
    if (source == rolling_buffer) return graph.buffer.shape();
    return source == network_input ? graph.input : graph[source].out;
  }
};

}  // namespace incuse::max7800x::detail::proof
