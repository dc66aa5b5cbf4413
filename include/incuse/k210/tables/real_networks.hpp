// Networks with trained parameters in floating point: what the author gives for each layer, and the KPU's integers for
// each step. Source: quantisation sheet, section 1.
#pragma once

#include <concepts>
#include <cstddef>

#include <incuse/k210/plan/conversion.hpp>
#include <incuse/k210/tables/bounds.hpp>
#include <incuse/k210/tables/quantiser.hpp>
#include <incuse/model/parameters.hpp>

namespace incuse::k210 {

/// A view of a constant array of floats.
struct Reals {
  const float* values = nullptr;
  int count = 0;

  constexpr Reals() = default;
  template <std::size_t N>
  constexpr Reals(const float (&array)[N]) : values(array), count(static_cast<int>(N)) {}

  constexpr bool empty() const { return count == 0; }
  constexpr float operator[](int i) const { return values[i]; }
};

/// A trained batch norm, one value of each kind for every output channel. It is folded into the weights and the bias:
/// (value - mean) / sqrt(variance + epsilon) * gamma + beta.
struct TrainedBatchNorm {
  Reals mean{}, variance{}, gamma{}, beta{};
  float epsilon = 1e-5f;

  constexpr bool empty() const { return mean.empty() && variance.empty() && gamma.empty() && beta.empty(); }
};

/// Parameters of one weighted layer. Weights are [out][in][kernel][kernel], depth-wise [channels][kernel][kernel].
struct RealLayer {
  Text name{};
  Reals weights{};
  Reals bias{};
  TrainedBatchNorm batch_norm{};
  Range convolved{};  ///< of the sums, after batch norm and ReLU, but before another activation function
  Range output{};     ///< of the values behind the activation function; without one, the same as `convolved`
};

/// A type with the parameters of a network, and the range of its input. There is an entry for every layer with weights,
/// and for every Quantize, Requantize and sum of codes, which give their range only; in the order of the layers:
/// `static constexpr k210::RealLayer real_layers[]` and `static constexpr k210::Range input`. Either may be missing:
/// networks without such layers have no entries, networks that begin with real numbers need no range.
template <class Trained>
concept real_parameters = requires {
  { Trained::real_layers[0] } -> std::convertible_to<const RealLayer&>;
}
|| requires {
  { Trained::input } -> std::convertible_to<const Range&>;
};

/// The entries of a parameter type, and their number.
struct RealLayers {
  const RealLayer* entries = nullptr;
  int count = 0;
};
/// The entries of a parameter type; none if it has no `real_layers`.
template <class Trained>
constexpr RealLayers real_layers_in() {
  if constexpr (requires { Trained::real_layers; })
    return {Trained::real_layers, static_cast<int>(sizeof(Trained::real_layers) / sizeof(RealLayer))};
  else
    return {};
}

/// The range of the input; an empty one if there is none.
template <class Trained>
constexpr Range input_range_in() {
  if constexpr (requires { Trained::input; })
    return Trained::input;
  else
    return {};
}

inline constexpr Text byte_options_problem = "shift<>, bits<> and binary are for networks of signed bytes";

namespace detail {

constexpr bool are_finite(const Reals& values) {
  for (int i = 0; i < values.count; ++i)
    if (!is_finite(values[i])) return false;
  return true;
}

/// What is wrong with a batch norm that has as many values as the layer has channels.
constexpr Text problem_of(const TrainedBatchNorm& norm) {
  if (!are_finite(norm.mean) || !are_finite(norm.variance) || !are_finite(norm.gamma) || !are_finite(norm.beta) ||
      !is_finite(norm.epsilon))
    return "a value of the batch norm is not a finite number";
  for (int i = 0; i < norm.variance.count; ++i)
    if (!is_normal(static_cast<double>(norm.variance[i]) + static_cast<double>(norm.epsilon)) ||
        norm.variance[i] + norm.epsilon < 0)
      return "a variance of the batch norm, with its epsilon, is not positive";
  return {};
}

/// What is wrong with the range of codes.
constexpr Text problem_of(Range range) {
  if (!(range.low < range.high)) return "ranges that contain nothing";
  return is_usable(range) ? Text() : unusable_range;
}

}  // namespace detail

/// What is wrong with the parameters of a layer; empty if nothing is. Weights are looked at when they are quantised.
constexpr Text problem_of(const Layer& layer, const RealLayer& own) {
  const int channels = layer.out.channels;
  const auto fits = [&](const Reals& values) { return values.empty() || values.count == channels; };
  const TrainedBatchNorm& norm = own.batch_norm;
  if (has_byte_options(layer)) return byte_options_problem;
  if (own.weights.count != channels * layer.weight_in_channels() * layer.kernel.area())
    return "another number of weights than the layer has";
  if (layer.batch_norm != !norm.empty())
    return layer.batch_norm ? Text("the layer has the option BatchNorm2d, but the parameters have none for it")
                            : Text("the parameters have a batch norm, but the layer has no option BatchNorm2d");
  if (layer.bias != !own.bias.empty())
    return layer.bias ? Text("the layer has the option bias, but the parameters have none for it")
                      : Text("the parameters have a bias, but the layer has no option bias");
  if (!fits(own.bias)) return "another number of biases than output channels";
  if (!norm.empty() && (norm.mean.count != channels || norm.variance.count != channels ||
                        norm.gamma.count != channels || norm.beta.count != channels))
    return "another number of batch-norm values than output channels";
  if (!detail::are_finite(own.bias)) return "a bias is not a finite number";
  if (const Text problem = detail::problem_of(norm); !problem.empty()) return problem;
  if (const Text problem = detail::problem_of(own.convolved); !problem.empty()) return problem;
  return detail::problem_of(own.output);
}

/// What is wrong with the parameters of a layer that runs on the CPU: its weights and bias are used as they are, and
/// its range is that of its codes.
constexpr Text problem_of_cpu(const Layer& layer, const RealLayer& own) {
  const bool connects = layer.weighted();
  if (has_byte_options(layer)) return byte_options_problem;
  if (connects && own.weights.count != 1LL * layer.out.channels * layer.weight_in_channels() * layer.kernel.area())
    return "another number of weights than the layer has";
  if (connects && layer.bias != !own.bias.empty())
    return layer.bias ? Text("the layer has the option bias, but the parameters have none for it")
                      : Text("the parameters have a bias, but the layer has no option bias");
  if (!connects && !(own.weights.empty() && own.bias.empty()))
    return "there are weights or biases, but the layer has none";
  if (!own.batch_norm.empty()) return "there is a batch norm, which the processor has none of";
  if (!own.bias.empty() && own.bias.count != layer.out.channels) return "another number of biases than output channels";
  return connects ? Text() : detail::problem_of(own.output);
}

/// The integers of a step but for its weights.
template <int Channels>
struct RealStep {
  KpuLayer layer{};
  BatchNorm entries[Channels]{};
  ActivationTable table{};
  CodeScale output{};
  ValueBounds bounds{};      ///< of its accumulators and batch-norm results
  long long lost_codes = 0;  ///< of QuantisedConvolution, rounded up
  Text problem{};            ///< why the layer cannot be quantised

  constexpr BatchNorm batch_norm(int channel) const { return entries[channel]; }
  constexpr ActivationTable activation() const { return table; }
};

/// A step that cannot be quantised, or not yet.
template <int Channels>
constexpr RealStep<Channels> refused_step(const KpuLayer& layer, Text problem) {
  RealStep<Channels> step;
  step.layer = layer;
  step.problem = problem;
  return step;
}

/// A step that copies: its output codes are its input codes.
template <int Channels>
constexpr RealStep<Channels> copying_step(const KpuLayer& layer, const CodeScale& input) {
  RealStep<Channels> step;
  step.layer = layer;
  step.output = input;
  for (BatchNorm& entry : step.entries) entry = {1, 0, 0};
  step.table.segments[0] = {first_start, 0, 0, 0};
  for (int i = 1; i < segments; ++i) step.table.segments[i] = {0, 1, 0, 0};
  return step;
}

/// The weights of such a step: an identity matrix.
template <int Channels>
constexpr WeightCodes<Channels * Channels> copying_codes() {
  WeightCodes<Channels * Channels> identity;
  for (int o = 0; o < Channels; ++o) identity.codes[o * Channels + o] = 1;
  return identity;
}

namespace detail {

/// A batch norm folded into weights and biases.
template <int Channels>
struct FoldedParameters {
  float factors[Channels]{};  ///< of the weights
  float bias[Channels]{};

  /// `own` passes `problem_of`. A result that exceeds the floats becomes the largest float: a weight is refused later,
  /// a bias lies beyond every range.
  constexpr explicit FoldedParameters(const RealLayer& own) {
    for (int o = 0; o < Channels; ++o) {
      factors[o] = 1.0f;
      bias[o] = own.bias.empty() ? 0.0f : own.bias[o];
      if (!own.batch_norm.empty()) fold(own.batch_norm, o);
    }
  }

 private:
  constexpr void fold(const TrainedBatchNorm& norm, int o) {
    const float deviation = square_root(narrowed(static_cast<double>(norm.variance[o]) + norm.epsilon));
    factors[o] = narrowed(static_cast<double>(norm.gamma[o]) / static_cast<double>(deviation));
    const float centred = narrowed(static_cast<double>(bias[o]) - norm.mean[o]);
    const float scaled = narrowed(static_cast<double>(centred) * static_cast<double>(factors[o]));
    bias[o] = narrowed(static_cast<double>(scaled) + norm.beta[o]);
  }
};

constexpr float identity(float x) { return x; }

/// The step of a convolution that is quantised; `layer` is the planned one. Its bounds are still missing.
template <int Channels>
constexpr RealStep<Channels> real_step(const KpuLayer& layer, const Layer& author,
                                       const QuantisedConvolution& convolution, const BatchNorm (&entries)[Channels]) {
  RealStep<Channels> step;
  const float pad_code =
      rounded(author.pad_value * convolution.input.scale) + static_cast<float>(convolution.input.zero_point);
  step.problem = convolution.problem;
  if (step.problem.empty() && (pad_code < 0 || pad_code > highest_code))
    step.problem = "the value of the padding is outside of the input's range";
  step.layer = convolution.layer;
  step.layer.pool = layer.pool;
  step.layer.pad_value = round_to_byte(pad_code);
  for (int o = 0; o < Channels; ++o) step.entries[o] = entries[o];
  step.table = convolution.activation;
  step.output = convolution.output;
  step.lost_codes = nearest(convolution.lost_codes + 0.5);
  return step;
}

/// Bounds that hold whatever the weights are: the sums are those of (pixel - zero point) * (weight - zero point).
template <int Channels>
constexpr ValueBounds outer_bounds(const QuantisedConvolution& convolution, const BatchNorm (&entries)[Channels]) {
  const auto furthest = [](const CodeScale& codes) {
    return 1LL * max_of(codes.zero_point, highest_code - codes.zero_point);
  };
  const long long most =
      convolution.layer.channel_weights() * furthest(convolution.input) * furthest(convolution.weights);
  ValueBounds bounds{{-most, most}, {}};
  for (const BatchNorm& entry : entries) {
    const long long a = normalise(-most, entry), b = normalise(most, entry);
    bounds.normalised.add(a < b ? Interval{a, b} : Interval{b, a});
  }
  return bounds;
}

}  // namespace detail
}  // namespace incuse::k210
