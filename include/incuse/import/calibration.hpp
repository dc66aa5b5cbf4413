// Shifts for a network that was trained in real numbers, without thinking of the chip: from the ranges that its tensors
// have, every tensor gets a power of two with which it fits a byte. Source: docs/parameters.md; max7800x-arithmetic.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/load.hpp>
#include <incuse/import/quantise.hpp>
#include <incuse/import/quantiser.hpp>
#include <incuse/k210/tables/real_steps.hpp>

namespace incuse::import {

/// The network in real numbers, for host::RealExecutor: without the options that only bytes have.
template <int N>
Graph<N> real_graph(Graph<N> graph) {
  for (int i = 0; i < graph.size; ++i) {
    Layer& layer = graph[i];
    layer.weight_bits = 8;
    layer.output_shift = 0;
    layer.wide = layer.streaming = layer.binary_weights = false;
  }
  return graph;
}

/// The parameters of such a network, for host::RealExecutor; they point into `loaded`.
template <int N>
std::vector<k210::RealLayer> real_layers(const Graph<N>& real, const LoadedLayers& loaded) {
  const auto reals = [](const std::vector<float>& values) {
    k210::Reals view;
    view.values = values.data();
    view.count = static_cast<int>(values.size());
    return view;
  };
  std::vector<k210::RealLayer> layers;
  const k210::Elements<N> elements = k210::elements_of(real);
  for (int i = 0; i < real.size; ++i) {
    if (!k210::has_entry(real, elements, i)) continue;
    k210::RealLayer own;
    for (const LoadedLayer& layer : loaded.layers)
      if (layer.layer == i) {
        own.weights = reals(layer.weight);
        own.bias = reals(layer.bias);
      }
    layers.push_back(own);
  }
  return layers;
}

/// The powers of two of a network's tensors, by `tensor_number`: a byte of tensor t stands for byte / 128 * 2^exponent.
struct TensorScales {
  std::vector<int> exponents{};
};

namespace detail {

/// The least exponent with which numbers of this magnitude fit a byte when rounded. The input's is 0.
inline int tensor_exponent(float magnitude) {
  constexpr int least = -8, greatest = 24;
  constexpr float most = 127.5F / 128;
  int exponent = least;
  while (exponent < greatest && std::ldexp(magnitude, -exponent) >= most) ++exponent;
  return exponent;
}

/// Tensors that have to have the same scale: operands of one layer, and what a layer without weights reads and writes.
template <int N>
class ScaleGroups {
 public:
  explicit ScaleGroups(const Graph<N>& graph) : parents_(static_cast<std::size_t>(graph.size) + 1) {
    std::iota(parents_.begin(), parents_.end(), std::size_t{0});
    for (int i = 0; i < graph.size; ++i) {
      const Sources& sources = graph[i].sources;
      for (int s = 1; s < sources.size; ++s) join(sources[0], sources[s]);
      if (!graph[i].weighted() && sources.size > 0) join(sources[0], i);
    }
  }
  std::size_t of(int tensor) {
    auto at = static_cast<std::size_t>(tensor);
    while (parents_[at] != at) at = parents_[at] = parents_[parents_[at]];
    return at;
  }

 private:
  /// Rolling buffers are no tensors of their own here.
  void join(int source, int other) {
    if (source < network_input || other < network_input) return;
    parents_[of(tensor_number(source))] = of(tensor_number(other));
  }
  std::vector<std::size_t> parents_;
};

}  // namespace detail

/// The scales of a network whose tensors have these greatest magnitudes: `magnitudes[t]` of tensor number t, 0 is the
/// input. Tensors that have to share the scale of the input have its scale: a byte means byte / 128.
template <int N>
TensorScales scales_of(const Graph<N>& graph, std::vector<float> magnitudes) {
  magnitudes.resize(static_cast<std::size_t>(graph.size) + 1);
  detail::ScaleGroups<N> groups(graph);
  // Where a layer with weights adds its operands first, nobody observes the sum: its magnitude is at most that of all
  // operands together.
  std::vector<float> greatest(magnitudes.size());
  const auto cover = [&](int tensor, float magnitude) {
    float& own = greatest[groups.of(tensor)];
    own = std::max(own, magnitude);
  };
  for (int i = 0; i < graph.size; ++i) {
    const Layer& layer = graph[i];
    if (!layer.wide) cover(tensor_number(i), magnitudes[static_cast<std::size_t>(tensor_number(i))]);
    if (!layer.weighted() || layer.elementwise == Elementwise::none) continue;
    float sum = 0;
    for (const int source : layer.sources)
      if (source >= network_input) sum += magnitudes[static_cast<std::size_t>(tensor_number(source))];
    if (layer.sources[0] >= network_input) cover(tensor_number(layer.sources[0]), sum);
  }
  TensorScales scales;
  for (int t = 0; t <= graph.size; ++t) {
    const bool is_input = groups.of(t) == groups.of(tensor_number(network_input));
    scales.exponents.push_back(is_input ? 0 : detail::tensor_exponent(greatest[groups.of(t)]));
  }
  return scales;
}

namespace detail {

/// The exponent with which a layer's weights and its bias fit: 2^exponent is what weights are multiplied by, beside
/// 2^(bits - 1).
inline int fitting_exponent(const LoadedLayer& layer, int bits, int in_exponent, int out_exponent, bool wide,
                            const QuantiserLimits& limits) {
  const std::vector<float> none;
  int exponent = scale_exponent(magnitude_quantile(layer.weight, none, 1), bits);
  // Biases have 8 bits, whatever weights have. Smaller weights make room for them, unless biases are no more than
  // products, which would leave nothing of the weights.
  const bool makes_room = limits.bias_scale == QuantiserLimits{}.bias_scale;
  const float bias = makes_room ? magnitude_quantile(none, layer.bias, 1) : 0;
  while (exponent > -30 && std::floor(std::ldexp(bias, bits - 1 + exponent - in_exponent) + 0.5F) > 127) --exponent;
  const int least_shift = -limits.most_shift - (8 - bits);
  if (!wide) exponent = std::min(exponent, in_exponent - out_exponent - least_shift);
  return exponent;
}

}  // namespace detail

namespace detail {

/// What a layer with weights reads and writes, as exponents; the input of the network has 0.
template <int N>
std::pair<int, int> exponents_of(const Graph<N>& graph, int layer, const TensorScales& scales) {
  const Layer& own = graph[layer];
  const int source = own.sources.size > 0 ? own.sources[0] : layer - 1;
  const int in = source < network_input ? 0 : scales.exponents[static_cast<std::size_t>(tensor_number(source))];
  return {in, scales.exponents[static_cast<std::size_t>(tensor_number(layer))]};
}

}  // namespace detail

/// The same scales, raised where the weights and the bias of a layer need it: output shifts, with 8 less the bits
/// added, are at most `limits.most_shift`, which is 0 on chips without them. Of tensors that share the input's scale
/// nothing is raised; `quantise` tells the layers that do not fit then.
template <int N>
TensorScales scales_within(const Graph<N>& graph, const LoadedLayers& loaded, TensorScales scales,
                           const QuantiserLimits& limits) {
  detail::ScaleGroups<N> groups(graph);
  const auto raise = [&](int layer, int exponent) {
    const std::size_t group = groups.of(tensor_number(layer));
    if (group == groups.of(tensor_number(network_input))) return false;
    for (int t = 0; t <= graph.size; ++t)
      if (groups.of(t) == group) scales.exponents[static_cast<std::size_t>(t)] = exponent;
    return true;
  };
  constexpr int most_rounds = 64;  // what is raised may ask for more behind it
  bool changed = true;
  for (int round = 0; changed && round < most_rounds; ++round) {
    changed = false;
    for (const LoadedLayer& layer : loaded.layers) {
      const Layer& own = graph[layer.layer];
      if (own.wide) continue;
      const auto [in, out] = detail::exponents_of(graph, layer.layer, scales);
      const int fitting = detail::fitting_exponent(layer, own.weight_bits, in, out, false, limits);
      const int needed = in - fitting + 8 - own.weight_bits - limits.most_shift;
      if (needed > out) changed = raise(layer.layer, needed) || changed;
    }
  }
  return scales;
}

/// Quantises a network's parameters so that its tensors have these scales: weights by powers of two, shifts that lead
/// from the scale of what a layer reads to that of what it writes, biases in the scale of its sums. A layer that would
/// need a shift beyond the hardware's, with 8 less the bits added, is an error, and so is a bias that does not fit.
template <int N>
StoredParameters quantise(const Graph<N>& graph, const LoadedLayers& loaded, const TensorScales& scales,
                          const QuantiserLimits& limits = {}) {
  TrainedLayers trained;
  trained.errors = loaded.errors;
  for (const LoadedLayer& layer : loaded.layers) {
    const Layer& own = graph[layer.layer];
    const int bits = own.weight_bits;
    const auto [in, out] = detail::exponents_of(graph, layer.layer, scales);
    const int exponent = detail::fitting_exponent(layer, bits, in, out, own.wide, limits);
    TrainedLayer bytes{layer.name, layer.shape, {}, {}, bits, own.wide ? 0 : in - out - exponent};
    const auto refuse = [&](const std::string& reason) {
      TextBuffer<100> words;
      append_layer(words, layer.layer, own.name);
      trained.errors.push_back(string_of(words) + ": " + reason);
    };
    if (*bytes.output_shift + 8 - bits > limits.most_shift)
      refuse("its output shift would be " + std::to_string(*bytes.output_shift) + ", and with 8 - bits added at most " +
             std::to_string(limits.most_shift) + " is possible: its weights are too large");
    bytes.weight = rounded_bytes(layer.weight, std::ldexp(1.0F, bits - 1 + exponent), bits);
    const float bias_unit = std::ldexp(1.0F, bits - 1 + exponent - in);
    const int usual = QuantiserLimits{}.bias_scale;
    const float scale = static_cast<float>(usual) / static_cast<float>(limits.bias_scale);
    long long saturated = 0;
    bytes.bias = rounded_bytes(layer.bias, bias_unit * scale, 8, &saturated);
    if (saturated > 0)
      refuse(saturated_biases_text(saturated, layer.bias.size(), 8) +
             (limits.bias_scale == usual ? std::string()
                                         : ": the chip adds a bias of 1 as " + std::to_string(limits.bias_scale) +
                                               ", not as " + std::to_string(usual) +
                                               ", so that none changes an output by a whole step; train without bias"));
    trained.layers.push_back(std::move(bytes));
  }
  StoredParameters stored(std::move(trained));
  stored.add_findings_of(graph);
  return stored;
}

}  // namespace incuse::import
