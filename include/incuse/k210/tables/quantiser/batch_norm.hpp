// Constants of the sums, and the batch norm behind them. See quantiser.hpp.
#pragma once

#include <incuse/core/elementary.hpp>
#include <incuse/k210/arithmetic.hpp>
#include <incuse/k210/tables/quantiser/convolution.hpp>
#include <incuse/k210/tables/quantiser/ranges.hpp>

namespace incuse::k210 {

namespace detail {

/// Units of the batch norm's result per code: such that 1 in the sum is 32 to 64 units, whatever the scales, with a
/// multiplier of 22 bits and a shift of 15. If 1 in the sum is 64 codes or more, units are about a code each.
constexpr double batch_norm_scale(float output_per_sum) {
  const Multiplier m = multiplier_of(output_per_sum, 22, 255);
  const int up = m.shift - (m.shift < 15 ? m.shift : 15);
  return static_cast<double>(static_cast<float>(m.mul) / m.exact) * incuse::detail::power_of_two(up);
}

/// The units of `batch_norm_scale`, halved until the results of the batch norm, its biases and the starts of the
/// table's segments fit their fields: needed with many weights, large biases, or an output range that is far wider than
/// the products.
constexpr double fitting_scale(const FloatConvolution& layer, const QuantisedConvolution& result,
                               float output_per_sum) {
  const auto furthest = [](const CodeScale& codes) {
    return max_of(codes.zero_point, highest_code - codes.zero_point);
  };
  const double products = 1.0 * layer.kpu_layer().channel_weights() * furthest(result.input) * furthest(result.weights);
  double bias = 0;
  for (int o = 0; o < layer.out_channels && layer.bias != nullptr; ++o)
    if (const double own = layer.bias[o] < 0 ? -layer.bias[o] : layer.bias[o]; own > bias) bias = own;
  bias *= result.convolved.scale;
  const auto most_bias = static_cast<double>(batch_norm::add.highest() - 1);
  const auto most = static_cast<double>(activation::start.highest() - 1);
  double post = batch_norm_scale(output_per_sum);
  while (bias * post > most_bias || (products * output_per_sum + bias) * post > most ||
         (highest_code + 1) * post > most)
    post *= 0.5;
  return post;
}

constexpr Text quantise_batch_norm(const FloatConvolution& layer, const QuantiserStyle& style,
                                   QuantisedConvolution& result, const float* channel_scales, BatchNorm* entries) {
  const Text too_far_apart = "the ranges of input, weights and sums are too far apart";
  const double sums = static_cast<double>(result.input.scale) * static_cast<double>(result.weights.scale);
  if (!is_normal(sums)) return too_far_apart;
  const double per_sum = static_cast<double>(result.convolved.scale) / static_cast<double>(static_cast<float>(sums));
  if (!is_normal(per_sum)) return too_far_apart;
  const auto output_per_sum = static_cast<float>(per_sum);
  const double post = style.vendor ? batch_norm_scale(output_per_sum) : fitting_scale(layer, result, output_per_sum);
  result.activation_scale = result.convolved.scale * post;
  if (!is_normal(result.activation_scale)) return too_far_apart;
  for (int o = 0; o < layer.out_channels; ++o) {
    const Multiplier m = multiplier_of(narrowed(output_per_sum * post / channel_scales[o]), 22, 15);
    const long long add = layer.bias == nullptr ? 0 : nearest(layer.bias[o] * result.activation_scale);
    if (!batch_norm::mul.holds(m.mul) || !batch_norm::shift.holds(m.shift))
      return "a factor of the batch norm does not fit its field";
    if (!batch_norm::add.holds(add)) return "a bias does not fit the batch norm";
    entries[o] = {static_cast<int>(m.mul), m.shift, static_cast<int>(add)};
  }
  return {};
}

/// Everything but weights and activation table. `weights` and `channel_scales` are the scales of the weights.
constexpr QuantisedConvolution quantise_constants(const FloatConvolution& layer, const LayerRanges& ranges,
                                                  const CodeScale& weights, const float* channel_scales,
                                                  const QuantiserStyle& style, BatchNorm* entries) {
  QuantisedConvolution result;
  result.layer = layer.kpu_layer();
  if (!is_usable(ranges.input, style) || !is_usable(ranges.convolved, style) || !is_usable(ranges.output, style)) {
    result.problem = unusable_range;
    return result;
  }
  result.input = code_scale_of(ranges.input, style);
  result.weights = weights;
  result.convolved = code_scale_of(ranges.convolved, style);
  result.output = code_scale_of(ranges.output, style);
  result.layer.arg_x = -result.weights.zero_point;
  result.layer.arg_w = -result.input.zero_point;
  result.layer.arg_add = 1LL * result.layer.taps() * result.weights.zero_point * result.input.zero_point;
  result.layer.pad_value = result.input.zero_point;
  result.problem = quantise_batch_norm(layer, style, result, channel_scales, entries);
  return result;
}

}  // namespace detail

}  // namespace incuse::k210
