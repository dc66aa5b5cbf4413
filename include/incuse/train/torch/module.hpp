// The forward pass of a network: every layer of the MAX7800x family, in real numbers or with the values that the chip
// sees. Source: max7800x-training, sections 3 to 6.
#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <incuse/max7800x/arithmetic.hpp>
#include <incuse/model/shapes.hpp>
#include <incuse/train/torch/real_layers.hpp>
#include <incuse/train/torch/rounding.hpp>

namespace incuse::train::detail {

/// The trained parameters of a layer. Tensors that it does not have are undefined.
struct LayerState {
  Tensor weight{}, bias{};
  Tensor gamma{}, beta{}, mean{}, variance{};  ///< batch norm, until it is folded
  int output_shift = 0;                        ///< that of the last forward pass
  bool learns_shift = true;                    ///< false: the author has given it

  bool normalises() const { return gamma.defined(); }
};

/// Parameters with the batch norm in them. Without a bias that is undefined.
struct FoldedTensors {
  Tensor weight{}, bias{};
};

/// PyTorch's shape of a layer's weights.
inline std::vector<int64_t> weight_sizes(const Layer& layer) {
  const int64_t out = layer.out.channels, in = layer.weight_in_channels();
  switch (layer.op) {
    case Operator::conv1d:
      return {out, in, layer.kernel.height};
    case Operator::linear:
      return {out, in};
    case Operator::conv_transpose2d:
      return {layer.in.channels, out / layer.groups, layer.kernel.height, layer.kernel.width};
    default:
      return {out, in, layer.kernel.height, layer.kernel.width};
  }
}

class TorchModel {
 public:
  TorchModel(const Network& network, const ModelOptions& options) : network_(network), options_(options) {
    if (const std::string reason = obstacle_to_training(network, options.arithmetic); !reason.empty())
      throw std::invalid_argument(reason);
    if (options.dropout < 0 || options.dropout >= 1)
      throw std::invalid_argument("dropout is a share from 0 to below 1");
    torch::manual_seed(options.seed);
    for (int i = 0; i < network.size(); ++i) {
      if (normalised(network[i]) && !network[i].bias)
        throw std::invalid_argument("layer " + std::to_string(i) + " (" + network.name(i) +
                                    ") needs a bias: batch norm becomes one when it is folded");
      states_.push_back(initial_state(network[i]));
    }
    find_last_readers();
  }

  const Network& network() const { return network_; }
  const ModelOptions& options() const { return options_; }
  LayerState& state(int i) { return states_[static_cast<std::size_t>(i)]; }
  const LayerState& state(int i) const { return states_[static_cast<std::size_t>(i)]; }
  bool quantised() const { return quantised_; }
  bool real() const { return options_.arithmetic == Arithmetic::real; }
  double quantile() const { return quantile_; }

  /// What optimisers change, layer by layer.
  std::vector<Tensor> trainable() const {
    std::vector<Tensor> all;
    for (const LayerState& own : states_)
      for (const Tensor* tensor : {&own.weight, &own.bias, &own.gamma, &own.beta})
        if (tensor->defined()) all.push_back(*tensor);
    return all;
  }

  /// Running statistics of batch norms.
  std::vector<Tensor> statistics() const {
    std::vector<Tensor> all;
    for (const LayerState& own : states_)
      if (own.normalises()) all.insert(all.end(), {own.mean, own.variance});
    return all;
  }

  void start_quantisation(const Policy& policy) {
    if (const std::string problem = problem_of(policy); !problem.empty()) throw std::invalid_argument(problem);
    if (real()) throw std::invalid_argument("a network of real numbers is quantised when it is trained");
    for (const auto& [name, bits] : policy.overrides) layer_named(name).weight_bits = bits;
    for (int i = 0; i < network_.size(); ++i) {
      Layer& layer = network_.layers[static_cast<std::size_t>(i)];
      if (policy.weight_bits != 0 && layer.trained() && policy.overrides.count(network_.name(i)) == 0)
        layer.weight_bits = policy.weight_bits;
      if (state(i).normalises()) fold_batch_norm(i);
    }
    quantile_ = policy.shift_quantile;
    quantised_ = true;
  }

  /// The parameters of a layer; what its batch norm makes is multiplied by `share`. Section 5: the division by 4 that
  /// follows a batch norm goes into the parameters as well.
  FoldedTensors folded(int i, double share) const {
    const LayerState& own = state(i);
    if (!own.normalises()) return {own.weight, own.bias};
    const Layer& layer = network_[i];
    const Tensor root = torch::rsqrt(own.variance + options_.batch_norm_epsilon), scale = own.gamma * share;
    const Tensor factor = scale * root, bias = (own.bias - own.mean) * root * scale + own.beta * share;
    if (layer.op == Operator::conv_transpose2d) {  // [in][out / groups]: outputs are the second dimension of a group
      const int64_t groups = layer.groups, in = own.weight.size(0), out = own.weight.size(1);
      const Tensor grouped = own.weight.view({groups, in / groups, out, -1}) * factor.view({groups, 1, out, 1});
      return {grouped.view_as(own.weight), bias};
    }
    std::vector<int64_t> sizes(static_cast<std::size_t>(own.weight.dim()), 1);
    sizes[0] = -1;
    return {own.weight * factor.view(sizes), bias};
  }

  /// Output of the last layer for N x C x H x W.
  Tensor forward(const Tensor& input, bool training) {
    return forward(input, training, [](int, const Tensor&) {});
  }
  /// The same; `see(i, output)` is called with the output of every layer.
  template <class See>
  Tensor forward(const Tensor& input, bool training, const See& see) {
    std::vector<Tensor> outputs(states_.size());
    for (int i = 0; i < network_.size(); ++i) {
      outputs[static_cast<std::size_t>(i)] = network_[i].software == Software::combine
                                                 ? paired(i, input, outputs)
                                                 : run(i, operands(i, input, outputs), training);
      see(i, outputs[static_cast<std::size_t>(i)]);
      for (int j = 0; j < i; ++j)  // what nobody reads any more is freed
        if (last_readers_[static_cast<std::size_t>(j)] <= i) outputs[static_cast<std::size_t>(j)] = Tensor();
    }
    return outputs.back();
  }

 private:
  /// Whether a batch norm follows the layer.
  bool normalised(const Layer& layer) const {
    return options_.batch_norm && layer.trained() && layer.op != Operator::linear && !layer.wide;
  }

  LayerState initial_state(const Layer& layer) const {
    LayerState own;
    own.output_shift = layer.output_shift;
    own.learns_shift = layer.output_shift == 0;
    if (!layer.trained()) return own;
    const double inputs = 1.0 * layer.weight_in_channels() * layer.kernel.area();
    own.weight = torch::empty(weight_sizes(layer)).normal_(0, std::sqrt(2 / inputs)).set_requires_grad(true);
    const int64_t channels = layer.out.channels;
    if (layer.bias) own.bias = torch::zeros({channels}).set_requires_grad(true);
    if (!normalised(layer)) return own;
    own.gamma = torch::ones({channels}).set_requires_grad(true);
    own.beta = torch::zeros({channels}).set_requires_grad(true);
    own.mean = torch::zeros({channels});
    own.variance = torch::ones({channels});
    return own;
  }

  void find_last_readers() {
    for (int i = 0; i < network_.size(); ++i) last_readers_.push_back(i);
    for (int i = 0; i < network_.size(); ++i)
      for (const int source : network_[i].sources)
        if (source >= 0) last_readers_[static_cast<std::size_t>(source)] = i;
  }

  Layer& layer_named(const std::string& name) {
    for (int i = 0; i < network_.size(); ++i)
      if (network_.name(i) == name && network_[i].trained()) return network_.layers[static_cast<std::size_t>(i)];
    throw std::invalid_argument("the policy names '" + name + "', which is no layer with weights");
  }

  void fold_batch_norm(int i) {
    const torch::NoGradGuard no_gradients;
    LayerState& own = state(i);
    const FoldedTensors folded_ones = folded(i, 0.25);
    own.weight.copy_(folded_ones.weight);
    own.bias.copy_(folded_ones.bias);
    own.gamma = own.beta = own.mean = own.variance = Tensor();
  }

  // Before the operator -----------------------------------------------------------------------------------------------

  Tensor source(const Layer& layer, int index, const Tensor& input, const std::vector<Tensor>& outputs) const {
    const Shape shape = index == network_input ? network_.input : network_[index].out;
    Tensor from = index == network_input ? input : outputs[static_cast<std::size_t>(index)];
    from = from.reshape({from.size(0), shape.channels, shape.height, shape.width});
    if (layer.crops()) from = from.narrow(2, layer.crop_top, shape.height - layer.crop_top - layer.crop_bottom);
    return from;
  }

  /// Tensors joined along their channels; those of other extents channel by channel.
  static Tensor joined(const std::vector<Tensor>& parts) {
    if (parts.size() == 1) return parts[0];
    bool same_extent = true;
    for (const Tensor& part : parts)
      same_extent = same_extent && part.size(2) == parts[0].size(2) && part.size(3) == parts[0].size(3);
    if (same_extent) return torch::cat(parts, 1);
    std::vector<Tensor> pixels;
    for (const Tensor& part : parts) pixels.push_back(part.flatten(2));
    return torch::cat(pixels, 2);
  }

  /// The operands of a layer, each in the shape that it reads.
  std::vector<Tensor> operands(int i, const Tensor& input, const std::vector<Tensor>& outputs) const {
    const Layer& layer = network_[i];
    std::vector<Tensor> parts;
    for (const int index : layer.sources) parts.push_back(source(layer, index, input, outputs));
    const int64_t count = layer.operands, batch = input.size(0);
    if (static_cast<int64_t>(parts.size()) != count) {
      const Tensor all = joined(parts).reshape({batch, count, -1});
      parts.clear();
      for (int64_t k = 0; k < count; ++k) parts.push_back(all.select(1, k));
    }
    for (Tensor& part : parts) part = part.reshape({batch, layer.in.channels, layer.in.height, layer.in.width});
    return parts;
  }

  /// Two tensors of real numbers, repeated where they have a size of 1.
  Tensor paired(int i, const Tensor& input, const std::vector<Tensor>& outputs) const {
    const Layer& layer = network_[i];
    return real_pair(layer, source(layer, layer.sources[0], input, outputs),
                     source(layer, layer.sources[1], input, outputs));
  }

  Tensor mean_pooled(const Layer& layer, const Tensor& in) const {
    Tensor pooled = torch::avg_pool2d(in, pair_of(layer.pool), pair_of(layer.pool_stride));
    if (quantised_) {
      Rounds how = Rounds::toward_zero;
      if (options_.average_pool_rounding && options_.rounding == RoundingOf::reference) how = Rounds::half_even;
      if (options_.rounding == RoundingOf::chip && max7800x::average_rounds(layer, options_.average_pool_rounding))
        how = Rounds::half_away;
      pooled = RoundedValues::apply(pooled, data_unit, how);
    }
    return pooled.clamp(-1.0, 127.0 / 128);
  }

  Tensor pooled(const Layer& layer, const Tensor& in) const {
    if (real() && layer.pooling != Pooling::pick && layer.pools()) return real_pooled(layer, in);
    if (!layer.pools_or_strides()) return in;
    if (layer.pooling == Pooling::average && layer.pools()) return mean_pooled(layer, in);
    const Extent dilation = max7800x::pooling_dilation(layer);
    if (layer.pooling == Pooling::pick || !layer.pools()) {  // single values of the windows
      using torch::indexing::Slice;
      const int64_t column = layer.pooling == Pooling::pick ? layer.pool_column * dilation.width : 0;
      const Tensor picked = in.index({Slice(), Slice(), Slice(0, c10::nullopt, layer.pool_stride.height),
                                      Slice(column, c10::nullopt, layer.pool_stride.width)});
      return picked.narrow(2, 0, layer.pooled.height).narrow(3, 0, layer.pooled.width);
    }
    const Tensor out = torch::max_pool2d(in, pair_of(layer.pool), pair_of(layer.pool_stride), 0, pair_of(dilation));
    return out.narrow(2, 0, layer.pooled.height).narrow(3, 0, layer.pooled.width);
  }

  Tensor combined(const Layer& layer, const std::vector<Tensor>& parts) const {
    Tensor result = parts[0];
    for (std::size_t k = 1; k < parts.size(); ++k) switch (layer.elementwise) {
        case Elementwise::sub:
          result = result - parts[k];
          break;
        case Elementwise::bitwise_or:
        case Elementwise::bitwise_xor: {
          const bool exclusive = layer.elementwise == Elementwise::bitwise_xor;
          result = quantised_ ? CombinedBits::apply(result, parts[k], exclusive)
                              : CombinedOffsetBits::apply(result, parts[k], exclusive);
          break;
        }
        default:
          result = result + parts[k];
      }
    return parts.size() > 1 && !real() ? result.clamp(-1.0, 127.0 / 128) : result;
  }

  Tensor run(int i, std::vector<Tensor> parts, bool training) {
    const Layer& layer = network_[i];
    if (layer.pool_first)
      for (Tensor& part : parts) part = pooled(layer, part);
    Tensor data = combined(layer, parts);
    if (!layer.pool_first) data = pooled(layer, data);
    if (layer.weighted()) return weighted(i, data, training);
    return real() ? real_passed(layer, data) : data;
  }

  // The operator ------------------------------------------------------------------------------------------------------

  Tensor convolved(const Layer& layer, Tensor in, const Tensor& weight, const Tensor& bias) const {
    const c10::optional<Tensor> own_bias = bias.defined() ? c10::optional<Tensor>(bias) : c10::nullopt;
    Extent padding = layer.padding;
    if (real() && layer.op == Operator::conv2d) in = real_padded(layer, in, padding);
    const Extent spread = layer.on_cpu ? layer.stride : Extent{2, 2};  // of accelerators
    switch (layer.op) {
      case Operator::conv1d:
        return torch::conv1d(in.squeeze(3), weight, own_bias, layer.stride.height, layer.padding.height,
                             layer.dilation.height, layer.groups)
            .unsqueeze(3);
      case Operator::conv_transpose2d:
        return torch::conv_transpose2d(in, weight, own_bias, pair_of(spread), pair_of(padding),
                                       {layer.output_padding, layer.output_padding}, layer.groups);
      case Operator::linear:
        return torch::linear(in.flatten(1), weight, own_bias).unsqueeze(2).unsqueeze(3);
      default:
        return torch::conv2d(in, weight, own_bias, pair_of(layer.stride), pair_of(padding), pair_of(layer.dilation),
                             layer.groups);
    }
  }

  Tensor weighted(int i, Tensor in, bool training) {
    const Layer& layer = network_[i];
    LayerState& own = state(i);
    Tensor weight = own.weight, bias = own.bias;
    if (quantised_) {
      if (own.learns_shift) own.output_shift = learned_shift(weight, bias, quantile_);
      weight = RoundedParameters::apply(weight, own.output_shift, layer.weight_bits);
      if (bias.defined()) bias = RoundedParameters::apply(bias, own.output_shift, layer.weight_bits);
    }
    if (training && options_.dropout > 0 && layer.op == Operator::linear)
      in = torch::dropout(in, options_.dropout, true);
    Tensor sums = convolved(layer, in, weight, bias);
    if (own.normalises())
      sums = torch::batch_norm(sums, own.gamma, own.beta, own.mean, own.variance, training,
                               options_.batch_norm_momentum, options_.batch_norm_epsilon, false);
    if (real()) return real_activated(layer, sums);
    if (layer.wide) return finish_wide(sums);
    Finish finish;
    finish.factor = std::ldexp(own.normalises() ? 0.25F : 1.0F, own.output_shift);
    finish.activation = layer.activation;
    finish.rounds = quantised_;
    finish.activates_first = !quantised_ || options_.rounding == RoundingOf::reference;
    return FinishedSums::apply(sums, finish);
  }

  Tensor finish_wide(Tensor sums) const {
    if (quantised_) sums = RoundedValues::apply(sums, wide_unit, Rounds::half_up);
    return sums.clamp(-wide_limit, wide_limit);
  }

  Network network_;
  ModelOptions options_;
  std::vector<LayerState> states_{};
  std::vector<int> last_readers_{};
  bool quantised_ = false;
  double quantile_ = 1;
};

}  // namespace incuse::train::detail
