// Takes channels out of a trained network, those with the least weights: it becomes smaller and faster, and is trained
// on for a while.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <incuse/hosted/named_tensor.hpp>
#include <incuse/train/network.hpp>

namespace incuse::train {

struct PruningOptions {
  double share = 0.25;           ///< of the channels of each layer, below 1
  int multiple = 4;              ///< layers keep a multiple of it: a word of the chip's data memory has 4 channels
  std::set<std::string> kept{};  ///< layers that keep all channels, by name
};

struct PrunedNetwork {
  Network network{};
  std::vector<NamedTensor> state{};  ///< for `Model::load`
};

namespace detail {

/// Finds channels that go together: those that are added to each other go or stay all.
class Pruning {
 public:
  Pruning(const Network& network, const std::vector<NamedTensor>& state, const PruningOptions& options)
      : network_(network), options_(options) {
    for (const NamedTensor& tensor : state) tensors_[tensor.name] = &tensor;
    std::iota(joined_.begin(), joined_.end(), 0);
    for (int i = 0; i < network.size(); ++i) outputs_.push_back(output_channels(i));
    for (const Channel& channel : outputs_.back()) fix(channel);
  }

  PrunedNetwork result() {
    choose();
    Graph<max7800x::most_layers> graph = graph_of_network(network_);
    for (int i = 0; i < network_.size(); ++i) {
      Layer& layer = graph[i];
      const bool depthwise = is_depthwise(network_[i]);
      layer.out_channels = static_cast<int>(kept_of(outputs_[static_cast<std::size_t>(i)]).size());
      if (depthwise) layer.groups = layer.out_channels;
    }
    PrunedNetwork pruned{network_of(infer(graph), network_.arch), {}};
    for (const auto& [name, tensor] : tensors_) pruned.state.push_back(cut(name, *tensor));
    return pruned;
  }

 private:
  /// Channel `index` of the output of layer `layer`, which computes it; -1: of the network's input.
  struct Channel {
    int layer = -1, index = 0;
  };
  using Channels = std::vector<Channel>;

  static bool is_depthwise(const Layer& layer) {
    return layer.weighted() && layer.op != Operator::conv_transpose2d && layer.groups > 1 &&
           layer.groups == layer.pooled.channels && layer.out.channels == layer.groups;
  }

  int root(int layer) const {
    while (joined_[static_cast<std::size_t>(layer)] != layer) layer = joined_[static_cast<std::size_t>(layer)];
    return layer;
  }
  void fix(const Channel& channel) {
    if (channel.layer >= 0) fixed_.insert(channel.layer);
  }
  /// Channels of both go together, if these are all channels of two layers in their order; else they all stay.
  void join(const Channels& first, const Channels& second) {
    const auto whole = [&](const Channels& all) {
      if (all.empty() || all[0].layer < 0 || static_cast<int>(all.size()) != network_[all[0].layer].out.channels)
        return false;
      for (std::size_t i = 0; i < all.size(); ++i)
        if (all[i].layer != all[0].layer || all[i].index != static_cast<int>(i)) return false;
      return true;
    };
    if (whole(first) && whole(second) && first.size() == second.size()) {
      joined_[static_cast<std::size_t>(root(second[0].layer))] = root(first[0].layer);
      return;
    }
    for (const Channels* all : {&first, &second})
      for (const Channel& channel : *all) fix(channel);
  }

  const Channels& source(int index) const {
    return index == network_input ? input_ : outputs_[static_cast<std::size_t>(index)];
  }
  /// Channels that an operand of a layer has; what is not a tensor with its channels in order stays as it is.
  Channels operand(const Layer& layer) {
    Channels all;
    bool plain = layer.in_channels == 0 && layer.in_extent.height == 0 && layer.in_extent.width == 0;
    const bool combines = layer.operands > 1;
    for (const int index : layer.sources) {
      const Channels& own = source(index);
      if (combines && !all.empty())
        join(all, own);
      else
        all.insert(all.end(), own.begin(), own.end());
    }
    plain = plain && static_cast<int>(all.size()) == layer.in.channels;
    if (plain) return all;
    for (const int index : layer.sources)
      for (const Channel& channel : source(index)) fix(channel);
    return Channels(static_cast<std::size_t>(layer.in.channels));
  }

  Channels output_channels(int i) {
    if (i == 0)
      for (int c = 0; c < network_.input.channels; ++c) input_.push_back({-1, c});
    const Layer& layer = network_[i];
    Channels in = operand(layer);
    inputs_.push_back(in);
    if (!layer.weighted()) return in;
    Channels own;
    for (int c = 0; c < layer.out.channels; ++c) own.push_back({i, c});
    if (layer.wide || layer.output || options_.kept.count(network_.name(i)) > 0) fixed_.insert(i);
    if (is_depthwise(layer)) {
      join(in, own);
    } else if (layer.groups > 1) {
      fixed_.insert(i);
      for (const Channel& channel : in) fix(channel);
    }
    return own;
  }

  // Which channels stay -----------------------------------------------------------------------------------------------

  const NamedTensor* find(int layer, const char* part) const {
    const auto found = tensors_.find(network_.name(layer) + part);
    return found == tensors_.end() ? nullptr : found->second;
  }
  /// The sizes of a layer's channels: means of the magnitudes of their weights, with batch norm times its scale.
  std::vector<double> sizes_of(int i) const {
    const NamedTensor *weight = find(i, ".op.weight"), *scale = find(i, ".bn.weight"),
                      *variance = find(i, ".bn.running_var");
    if (weight == nullptr) throw std::invalid_argument("there are no weights of layer '" + network_.name(i) + "'");
    const auto channels = static_cast<std::size_t>(network_[i].out.channels);
    const std::vector<std::size_t> channel_of = places(network_[i], *weight, true);
    std::vector<double> sizes(channels);
    for (std::size_t k = 0; k < weight->values.size(); ++k)
      sizes[channel_of[k]] += std::fabs(static_cast<double>(weight->values[k]));
    if (scale != nullptr && variance != nullptr)
      for (std::size_t c = 0; c < channels; ++c)
        sizes[c] *= std::fabs(static_cast<double>(scale->values[c])) /
                    std::sqrt(static_cast<double>(variance->values[c]) + 1e-5);
    const double all = std::accumulate(sizes.begin(), sizes.end(), 0.0);
    for (double& size : sizes) size /= all > 0 ? all : 1;
    return sizes;
  }

  void choose() {
    std::map<int, std::vector<double>> sizes;
    std::set<int> fixed;
    for (int i = 0; i < network_.size(); ++i) {
      if (!network_[i].weighted()) continue;
      std::vector<double>& all = sizes[root(i)];
      const std::vector<double> own = sizes_of(i);
      all.resize(own.size());
      for (std::size_t c = 0; c < own.size(); ++c) all[c] += own[c];
      if (fixed_.count(i) > 0) fixed.insert(root(i));
    }
    for (const auto& [layer, all] : sizes) stays_[layer] = chosen_of(all, fixed.count(layer) > 0);
  }
  std::vector<bool> chosen_of(const std::vector<double>& sizes, bool all_stay) const {
    const auto count = static_cast<int>(sizes.size());
    const int wanted = static_cast<int>(std::ceil(count * (1 - options_.share) - 1e-9)), unit = options_.multiple;
    const int left = all_stay ? count : std::min(count, (std::max(1, wanted) + unit - 1) / unit * unit);
    std::vector<std::size_t> order(sizes.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return sizes[a] != sizes[b] ? sizes[a] > sizes[b] : a < b;
    });
    std::vector<bool> stays(sizes.size());
    for (int k = 0; k < left; ++k) stays[order[static_cast<std::size_t>(k)]] = true;
    return stays;
  }
  bool stays(const Channel& channel) const {
    return channel.layer < 0 || stays_.at(root(channel.layer))[static_cast<std::size_t>(channel.index)];
  }
  std::vector<std::size_t> kept_of(const Channels& channels) const {
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < channels.size(); ++i)
      if (stays(channels[i])) kept.push_back(i);
    return kept;
  }

  // What is left of tensors -------------------------------------------------------------------------------------------

  /// For every weight the channel of the layer's output, or of its input, that it belongs to.
  static std::vector<std::size_t> places(const Layer& layer, const NamedTensor& weight, bool of_output) {
    const auto first = static_cast<std::size_t>(weight.shape[0]), second = static_cast<std::size_t>(weight.shape[1]);
    const std::size_t each = weight.values.size() / (first * second);
    const bool transposed = layer.op == Operator::conv_transpose2d;
    // Linear layers read all pixels of a channel one behind the other.
    const std::size_t pixels =
        layer.op == Operator::linear ? second / static_cast<std::size_t>(std::max(1, layer.pooled.channels)) : 1;
    std::vector<std::size_t> result;
    for (std::size_t a = 0; a < first; ++a)
      for (std::size_t b = 0; b < second; ++b)
        result.insert(result.end(), each, of_output != transposed ? a : b / pixels);
    return result;
  }

  NamedTensor cut(const std::string& name, const NamedTensor& tensor) const {
    for (int i = 0; i < network_.size(); ++i) {
      const std::string stem = network_.name(i) + '.';
      if (!network_[i].weighted() || name.compare(0, stem.size(), stem) != 0) continue;
      if (name == stem + "op.weight") return cut_weight(i, tensor);
      if (tensor.values.size() == static_cast<std::size_t>(network_[i].out.channels) && tensor.values.size() > 1)
        return cut_channels(i, tensor);
    }
    return tensor;
  }
  NamedTensor cut_channels(int i, const NamedTensor& tensor) const {
    NamedTensor result{tensor.name, tensor.shape, {}};
    for (const std::size_t c : kept_of(outputs_[static_cast<std::size_t>(i)]))
      result.values.push_back(tensor.values[c]);
    result.shape[0] = static_cast<int>(result.values.size());
    return result;
  }
  NamedTensor cut_weight(int i, const NamedTensor& weight) const {
    const Layer& layer = network_[i];
    const Channels &out = outputs_[static_cast<std::size_t>(i)], &in = inputs_[static_cast<std::size_t>(i)];
    const std::vector<std::size_t> out_of = places(layer, weight, true), in_of = places(layer, weight, false);
    const bool all_inputs = layer.groups > 1;  // depthwise ones have one input; the others keep theirs
    NamedTensor result{weight.name, weight.shape, {}};
    for (std::size_t k = 0; k < weight.values.size(); ++k)
      if (stays(out[out_of[k]]) && (all_inputs || stays(in[in_of[k]]))) result.values.push_back(weight.values[k]);
    if (all_inputs && !is_depthwise(layer)) return weight;
    const bool transposed = layer.op == Operator::conv_transpose2d;
    result.shape[transposed ? 1 : 0] = static_cast<int>(kept_of(out).size());
    if (all_inputs) return result;
    const int pixels = layer.op == Operator::linear ? weight.shape[1] / layer.pooled.channels : 1;
    result.shape[transposed ? 0 : 1] = static_cast<int>(kept_of(in).size()) * pixels;
    return result;
  }

  const Network& network_;
  const PruningOptions& options_;
  std::map<std::string, const NamedTensor*> tensors_{};
  std::vector<int> joined_ = std::vector<int>(static_cast<std::size_t>(network_.size()));
  std::set<int> fixed_{};
  Channels input_{};
  std::vector<Channels> outputs_{}, inputs_{};
  std::map<int, std::vector<bool>> stays_{};
};

}  // namespace detail

/// A network without the channels whose weights are the least, layer by layer, and the state without them. `state` is
/// that of a model of the network, or a checkpoint's, before rounding or behind. Outputs keep their channels, and
/// layers of which others need them as they are: reshaped ones, and groups other than depthwise ones. Throws
/// std::invalid_argument if weights are missing, or options make no sense.
inline PrunedNetwork prune_channels(const Network& network, const std::vector<NamedTensor>& state,
                                    const PruningOptions& options) {
  if (!(options.share >= 0 && options.share < 1)) throw std::invalid_argument("the share of channels is 0 to below 1");
  if (options.multiple < 1) throw std::invalid_argument("channels are a multiple of 1 or more");
  return detail::Pruning(network, state, options).result();
}

}  // namespace incuse::train
