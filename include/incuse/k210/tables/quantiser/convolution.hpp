// A trained convolution, and what becomes of it. See quantiser.hpp.
#pragma once

#include <cstdint>

#include <incuse/k210/tables/quantiser/ranges.hpp>

namespace incuse::k210 {

/// A trained convolution. Weights are [out][in][kernel][kernel], depth-wise [out][kernel][kernel].
struct FloatConvolution {
  Shape in{};
  int out_channels = 0;
  int kernel = 1;
  bool depthwise = false;
  const float* weights = nullptr;
  const float* bias = nullptr;     ///< null: none
  const float* factors = nullptr;  ///< of the weights of every output channel (from a batch norm); null: 1

  constexpr KpuLayer kpu_layer() const {
    return {.in = in, .out_channels = out_channels, .kernel = kernel, .depthwise = depthwise};
  }
  constexpr float factor(int o) const { return factors == nullptr ? 1.0f : factors[o]; }
};

/// Ranges of the values of a layer; `convolved` is after the clamp and before the activation function.
struct LayerRanges {
  Range input{};
  Range convolved{};
  Range output{};
};

/// Clamps of a convolution's results (part of the convolution): no clamp, ReLU, ReLU6.
inline constexpr Range no_clamp{-largest_float, largest_float}, relu_clamp{0.0f, largest_float},
    relu6_clamp{0.0f, 6.0f};

/// Tables that `quantise` fills in; the caller owns them.
struct QuantisedTables {
  std::uint8_t* weights;  ///< one code for every weight
  BatchNorm* batch_norm;  ///< one entry for every output channel
  float* channel_scales;  ///< factor of the weights of every output channel
};

/// Everything else about a quantised convolution.
struct QuantisedConvolution {
  KpuLayer layer{};
  CodeScale input{}, weights{}, convolved{}, output{};
  double activation_scale = 0;  ///< units of the activation table's input per real unit
  double lost_codes = 0;        ///< at most, because the batch norm is rounded; not with the vendor's style
  ActivationTable activation{};
  Text problem{};  ///< why the layer cannot be quantised; empty if it can
};

}  // namespace incuse::k210
