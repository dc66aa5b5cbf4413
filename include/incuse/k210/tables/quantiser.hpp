// From a trained convolution in floating point to the KPU's integers: weights, constants of the sums, batch norm and
// activation table. Source: quantisation sheet (k210-quantisation), section 1, whose terms the comments use. Every
// operation on float is rounded to float as there, so that the integers are the same everywhere. Where the tables of
// the vendor's compiler would not compute the requested function, the default QuantiserStyle differs from it.
#pragma once

#include <incuse/k210/tables/quantiser/activation.hpp>
#include <incuse/k210/tables/quantiser/batch_norm.hpp>
#include <incuse/k210/tables/quantiser/convolution.hpp>
#include <incuse/k210/tables/quantiser/ranges.hpp>
#include <incuse/k210/tables/quantiser/weights.hpp>

namespace incuse::k210 {

/// Weights, constants and batch norm of a convolution; all but the activation table.
constexpr QuantisedConvolution quantise_sums(const FloatConvolution& layer, const LayerRanges& ranges,
                                             const QuantisedTables& tables, const QuantiserStyle& style = {}) {
  const int count = layer.kpu_layer().channel_weights();
  const auto weights = [&](int o) { return layer.weights + o * count; };
  const auto extremes = [&](int o) { return detail::product(detail::extremes_of(weights(o), count), layer.factor(o)); };
  detail::WeightCoding coding;
  const Text problem = detail::scale_weights(layer, extremes, style, tables.channel_scales, coding);
  if (!problem.empty()) {
    QuantisedConvolution refused;
    refused.layer = layer.kpu_layer();
    refused.problem = problem;
    return refused;
  }
  for (int o = 0; o < layer.out_channels; ++o)
    detail::quantise_channel(weights(o), count, layer.factor(o), tables.channel_scales[o], coding,
                             tables.weights + o * count);
  const detail::CodedWeights<decltype(extremes)> coded{extremes, coding, tables.channel_scales};
  return detail::quantise_constants(layer, ranges, coded, style, tables.batch_norm);
}

/// Adds the activation table of a sampled function.
constexpr void add_activation(QuantisedConvolution& convolution, Samples function, const QuantiserStyle& style = {}) {
  if (!convolution.problem.empty()) return;
  if (!(function.x[0] < function.x[samples - 1])) {
    convolution.problem = "the clamp leaves nothing of the output's range";
    return;
  }
  if (!detail::is_finite(function)) {
    convolution.problem = "the activation function yields something else than finite numbers";
    return;
  }
  if (!style.vendor) detail::clip(function, convolution.output);
  convolution.activation = activation_of(function, convolution.activation_scale, convolution.output, style);
  if (!detail::holds_fields(convolution.activation))
    convolution.problem = "the activation function is too steep for the activation table";
}

/// A convolution with its clamp and activation function (float to float; the identity if there is none). `ranges` are
/// the ranges of its values; they are widened to contain 0. If `problem` of the result is not empty, it cannot be used.
template <class Function>
constexpr QuantisedConvolution quantise(const FloatConvolution& layer, const LayerRanges& ranges, Range clamp,
                                        const Function& function, const QuantisedTables& tables,
                                        const QuantiserStyle& style = {}) {
  QuantisedConvolution result = quantise_sums(layer, ranges, tables, style);
  if (!result.problem.empty()) return result;
  Samples points;
  sample(result.convolved, clamp, function, points);
  add_activation(result, points, style);
  return result;
}

}  // namespace incuse::k210
