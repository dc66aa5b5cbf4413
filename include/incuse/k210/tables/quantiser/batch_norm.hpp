// Constants of the sums, and the batch norm behind them. See quantiser.hpp.
#pragma once

#include <incuse/core/elementary.hpp>
#include <incuse/k210/arithmetic.hpp>
#include <incuse/k210/tables/quantiser/channel_results.hpp>
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

/// What the batch norm of a layer has to compute.
template <class Weights>
struct WantedBatchNorm {
  const FloatConvolution& layer;
  const QuantisedConvolution& convolution;
  const Weights& weights;
  float output_per_sum;
  Results told_apart = results_told_apart(convolution.convolved, convolution.output);

  constexpr float bias(int o) const { return layer.bias == nullptr ? 0.0f : layer.bias[o]; }
  constexpr int count() const { return layer.kpu_layer().channel_weights(); }
  constexpr ChannelResults results(int o) const {
    const double per_sum = output_per_sum / (1.0 * convolution.convolved.scale * weights.channel_scales[o]);
    return {sums_of(weights.codes(o), count(), convolution.input), per_sum, bias(o), told_apart};
  }
  constexpr Multiplier factor(int o, double post) const {
    return multiplier_of(narrowed(output_per_sum * post / weights.channel_scales[o]), 22, 15);
  }
  /// Codes of the output, or of the sums where these are finer, per unit.
  constexpr double codes_per_unit(double post) const {
    return greatest_of(convolution.convolved.scale, convolution.output.scale) / (convolution.convolved.scale * post);
  }
};

inline constexpr double lost_in_rounding = 1.5;  ///< units: the product goes down to one, the constant to half of one

/// What is largest among the channels of a layer, in codes of the sums' range.
struct Largest {
  double constant = 0;
  double result = 0;
  double per_sum = 0;  ///< of the channels whose sums matter

  /// True if batch-norm results, constants and the starts of the table's segments fit their fields.
  constexpr bool fits(double post) const {
    const auto most_constant = static_cast<double>(batch_norm::add.highest() - 1);
    const auto most = static_cast<double>(activation::start.highest() - 1);
    return constant * post <= most_constant && result * post <= most && (highest_code + 1) * post <= most;
  }
};

/// The largest sum that weights and pixels of any code have.
template <class Weights>
constexpr double largest_sum(const WantedBatchNorm<Weights>& wanted) {
  const auto furthest = [](const CodeScale& codes) {
    return max_of(codes.zero_point, highest_code - codes.zero_point);
  };
  return 1.0 * wanted.count() * furthest(wanted.convolution.input) * furthest(wanted.convolution.weights);
}

/// Bounds that hold whatever the weights are.
template <class Weights>
constexpr Largest outer_largest(const WantedBatchNorm<Weights>& wanted) {
  double bias = 0;
  for (int o = 0; o < wanted.layer.out_channels && wanted.layer.bias != nullptr; ++o)
    if (const double own = without_sign(wanted.layer.bias[o]); own > bias) bias = own;
  bias *= wanted.convolution.convolved.scale;
  return {bias, largest_sum(wanted) * wanted.output_per_sum + bias, wanted.output_per_sum};
}

/// The same from the results of each channel.
template <class Weights>
constexpr Largest exact_largest(const WantedBatchNorm<Weights>& wanted) {
  Largest largest;
  for (int o = 0; o < wanted.layer.out_channels; ++o) {
    const ChannelResults own = wanted.results(o);
    if (const double constant = without_sign(own.constant); constant > largest.constant) largest.constant = constant;
    if (const double furthest = own.all.furthest(); furthest > largest.result) largest.result = furthest;
    if (own.sums_matter && own.per_sum > largest.per_sum) largest.per_sum = own.per_sum;
  }
  const double scale = wanted.convolution.convolved.scale;
  return {largest.constant * scale, largest.result * scale, largest.per_sum * scale};
}

/// The units of `batch_norm_scale`, doubled until 1 in a sum that matters is 32 of them and a code is 64 of them, as
/// long as the factor has 21 bits; then halved until everything fits its field: needed with many weights, large biases,
/// or an output range that is far wider than the products.
constexpr double fitting_scale(float output_per_sum, const Largest& largest) {
  double post = batch_norm_scale(output_per_sum);
  while (post < 64 ? largest.per_sum * post < (1 << 20) : largest.per_sum * post < 32 && largest.per_sum > 0) post *= 2;
  while (!largest.fits(post)) post *= 0.5;
  return post;
}

/// By how many units the results of a channel can be off because its factor is rounded. Of the sums, only those count
/// whose results lie in the range.
constexpr double lost_in_factor(const ChannelResults& results, const CodeScale& convolved, const Multiplier& factor) {
  const double lost = without_sign(static_cast<double>(factor.exact) - static_cast<double>(factor.mul)) *
                      incuse::detail::power_of_two(-factor.shift);
  const double all = static_cast<double>(-results.sums.low > results.sums.high ? -results.sums.low : results.sums.high);
  const double within = (highest_code / (1.0 * convolved.scale) + without_sign(results.constant)) / results.per_sum;
  return lost * (within < all ? within : all);
}

/// An entry of the batch norm. Returns what is wrong.
constexpr Text make_entry(const Multiplier& factor, long long add, BatchNorm& entry) {
  if (!batch_norm::mul.holds(factor.mul) || !batch_norm::shift.holds(factor.shift))
    return "a factor of the batch norm does not fit its field";
  if (!batch_norm::add.holds(add)) return "a bias does not fit the batch norm";
  entry = {static_cast<int>(factor.mul), factor.shift, static_cast<int>(add)};
  return {};
}

/// Entries made directly from the channels' factors and biases.
template <class Weights>
constexpr Text make_plain_entries(const WantedBatchNorm<Weights>& wanted, double post, BatchNorm* entries) {
  for (int o = 0; o < wanted.layer.out_channels; ++o) {
    const long long add = nearest(wanted.bias(o) * wanted.convolution.activation_scale);
    if (const Text problem = make_entry(wanted.factor(o, post), add, entries[o]); !problem.empty()) return problem;
  }
  return {};
}

/// Entries of the results of each channel; `lost` is by how many units they can be off.
template <class Weights>
constexpr Text make_exact_entries(const WantedBatchNorm<Weights>& wanted, double post, BatchNorm* entries,
                                  double& lost) {
  for (int o = 0; o < wanted.layer.out_channels; ++o) {
    const ChannelResults own = wanted.results(o);
    const Multiplier factor = own.sums_matter ? wanted.factor(o, post) : Multiplier{};
    const long long add = nearest(own.constant * wanted.convolution.activation_scale);
    if (const Text problem = make_entry(factor, add, entries[o]); !problem.empty()) return problem;
    if (!own.sums_matter) continue;
    const double units = lost_in_factor(own, wanted.convolution.convolved, factor) + lost_in_rounding;
    if (units > lost) lost = units;
  }
  return {};
}

/// Fills in the batch norm entries of all channels; returns why that is impossible, or nothing. If bounds that hold for
/// all weights show that factors with 15 binary places are exact to 1/8 of a code, the quick way is taken; else every
/// channel is looked at, which takes longer to compile.
template <class Weights>
constexpr Text quantise_batch_norm(const FloatConvolution& layer, const Weights& weights, const QuantiserStyle& style,
                                   QuantisedConvolution& result, BatchNorm* entries) {
  const Text too_far_apart = "the ranges of input, weights and sums are too far apart";
  const double sums = static_cast<double>(result.input.scale) * static_cast<double>(result.weights.scale);
  if (!is_normal(sums)) return too_far_apart;
  const double per_sum = static_cast<double>(result.convolved.scale) / static_cast<double>(static_cast<float>(sums));
  if (!is_normal(per_sum)) return too_far_apart;
  const WantedBatchNorm<Weights> wanted{layer, result, weights, static_cast<float>(per_sum)};
  double post = batch_norm_scale(wanted.output_per_sum);
  double lost = largest_sum(wanted) / (1 << 16) + lost_in_rounding;
  const bool plain = style.vendor || (outer_largest(wanted).fits(post) && lost * wanted.codes_per_unit(post) <= 0.125);
  if (!plain) post = fitting_scale(wanted.output_per_sum, exact_largest(wanted));
  result.activation_scale = result.convolved.scale * post;
  if (!is_normal(result.activation_scale)) return too_far_apart;
  if (!plain) lost = 0;
  const Text problem =
      plain ? make_plain_entries(wanted, post, entries) : make_exact_entries(wanted, post, entries, lost);
  result.lost_codes = lost * wanted.codes_per_unit(post);
  return problem;
}

/// Everything but weights and activation table.
template <class Weights>
constexpr QuantisedConvolution quantise_constants(const FloatConvolution& layer, const LayerRanges& ranges,
                                                  const Weights& weights, const QuantiserStyle& style,
                                                  BatchNorm* entries) {
  QuantisedConvolution result;
  result.layer = layer.kpu_layer();
  if (!is_usable(ranges.input, style) || !is_usable(ranges.convolved, style) || !is_usable(ranges.output, style)) {
    result.problem = unusable_range;
    return result;
  }
  result.input = code_scale_of(ranges.input, style);
  result.weights = weights.coding.codes;
  result.convolved = code_scale_of(ranges.convolved, style);
  result.output = code_scale_of(ranges.output, style);
  result.layer.arg_x = -result.weights.zero_point;
  result.layer.arg_w = -result.input.zero_point;
  result.layer.arg_add = 1LL * result.layer.taps() * result.weights.zero_point * result.input.zero_point;
  result.layer.pad_value = result.input.zero_point;
  result.problem = quantise_batch_norm(layer, weights, style, result, entries);
  return result;
}

}  // namespace detail

}  // namespace incuse::k210
