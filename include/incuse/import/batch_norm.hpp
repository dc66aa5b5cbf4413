// Batch normalisation, folded into the weights and the bias in front of it. Source: max7800x-training, section 5.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

namespace incuse::import {

/// The `eps` of PyTorch's batch norm modules unless they are given another one.
inline constexpr float default_batch_norm_epsilon = 1e-5F;
/// The `eps` that the reference's tool for checkpoints computes with, whichever the modules have.
inline constexpr float reference_batch_norm_epsilon = 1e-20F;
/// The modules of the reference project divide by 4 behind a batch norm.
inline constexpr float reference_batch_norm_factor = 0.25F;

/// A trained batch norm, one number per output channel: factor (scale (x - mean) / sqrt(variance + epsilon) + offset).
struct BatchNorm {
  std::vector<float> mean{};
  std::vector<float> variance{};
  std::vector<float> scale{};   ///< `weight` of the module; empty: 1
  std::vector<float> offset{};  ///< `bias` of the module; empty: 0
  float epsilon = default_batch_norm_epsilon;
  float factor = 1;
};

/// What is wrong with a batch norm of so many channels; empty if nothing is.
inline const char* problem_of(const BatchNorm& norm, std::size_t channels) {
  const auto other = [&](const std::vector<float>& values) { return !values.empty() && values.size() != channels; };
  if (norm.mean.size() != channels || norm.variance.size() != channels || other(norm.scale) || other(norm.offset))
    return "the batch norm has another number of channels than its layer";
  for (float variance : norm.variance)
    if (!(variance + norm.epsilon > 0)) return "a variance of the batch norm, with its epsilon, is not positive";
  return "";
}

namespace detail {

/// What the weights of one output are multiplied by: `factor` times `root`, which is for the bias.
struct FoldedChannel {
  float factor = 1, root = 1;
};

inline FoldedChannel folded_channel(const BatchNorm& norm, std::size_t channel) {
  return {norm.factor * (norm.scale.empty() ? 1.0F : norm.scale[channel]),
          1.0F / std::sqrt(norm.variance[channel] + norm.epsilon)};
}

inline void fold_bias(const BatchNorm& norm, std::vector<float>& bias) {
  bias.resize(norm.mean.size(), 0.0F);
  for (std::size_t o = 0; o < bias.size(); ++o) {
    const auto [factor, root] = folded_channel(norm, o);
    bias[o] = (bias[o] - norm.mean[o]) * root * factor + norm.factor * (norm.offset.empty() ? 0.0F : norm.offset[o]);
  }
}

inline void scale_output(const BatchNorm& norm, std::size_t channel, float* weight, std::size_t count) {
  const auto [factor, root] = folded_channel(norm, channel);
  for (std::size_t i = 0; i < count; ++i) weight[i] *= factor * root;
}

}  // namespace detail

/// Folds a batch norm in which `problem_of` finds nothing. `weight`: [out] [...], the outputs first; `bias`: one number
/// per output, or none, and one per output afterwards. In float, in the order of the reference's training.
inline void fold(const BatchNorm& norm, std::vector<float>& weight, std::vector<float>& bias) {
  const std::size_t channels = norm.mean.size();
  if (channels == 0) return;
  const std::size_t each = weight.size() / channels;
  for (std::size_t o = 0; o < channels; ++o) detail::scale_output(norm, o, weight.data() + o * each, each);
  detail::fold_bias(norm, bias);
}

/// The groups of a transposed convolution with so many outputs, whose weights are [in][out / groups][...]; 0: there is
/// no such one.
inline int transposed_groups(int inputs, int outputs_of_group, int outputs) {
  if (inputs < 1 || outputs_of_group < 1 || outputs < 1 || outputs % outputs_of_group != 0) return 0;
  const int groups = outputs / outputs_of_group;
  return inputs % groups == 0 ? groups : 0;
}

/// `fold` for the weights of a transposed convolution as PyTorch has them: [in][out / groups][...]. Output o is in the
/// rows of the inputs of its group, at o modulo out / groups. `transposed_groups` of the sizes is not 0.
inline void fold_transposed(const BatchNorm& norm, int inputs, int outputs_of_group, std::vector<float>& weight,
                            std::vector<float>& bias) {
  const auto in = static_cast<std::size_t>(inputs), own = static_cast<std::size_t>(outputs_of_group);
  const std::size_t groups = norm.mean.size() / own, taps = weight.size() / (in * own);
  for (std::size_t i = 0; i < in; ++i)
    for (std::size_t o = 0; o < own; ++o)
      detail::scale_output(norm, i / (in / groups) * own + o, weight.data() + (i * own + o) * taps, taps);
  detail::fold_bias(norm, bias);
}

}  // namespace incuse::import
