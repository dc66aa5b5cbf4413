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

/// Folds a batch norm in which `problem_of` finds nothing. `weight`: [out] [...], the outputs first; `bias`: one number
/// per output, or none, and one per output afterwards. In float, in the order of the reference's training.
inline void fold(const BatchNorm& norm, std::vector<float>& weight, std::vector<float>& bias) {
  const std::size_t channels = norm.mean.size();
  if (channels == 0) return;
  bias.resize(channels, 0.0F);
  const std::size_t each = weight.size() / channels;
  for (std::size_t o = 0; o < channels; ++o) {
    const float factor = norm.factor * (norm.scale.empty() ? 1.0F : norm.scale[o]);
    const float root = 1.0F / std::sqrt(norm.variance[o] + norm.epsilon);
    for (std::size_t i = o * each; i < (o + 1) * each; ++i) weight[i] *= factor * root;
    bias[o] = (bias[o] - norm.mean[o]) * root * factor + norm.factor * (norm.offset.empty() ? 0.0F : norm.offset[o]);
  }
}

}  // namespace incuse::import
