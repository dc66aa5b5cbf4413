// What the chip does to numbers, with the gradients of the reference: rounding lets gradients pass, clamps and
// activations mask them. Source: max7800x-training, sections 2, 3 and 6.
#pragma once

#include <algorithm>
#include <cmath>

#include <incuse/import/quantiser.hpp>
#include <incuse/model/graph.hpp>
#include <incuse/train/model.hpp>
#include <incuse/train/torch/tensor.hpp>

namespace incuse::train::detail {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

inline constexpr double data_unit = 128;        ///< integers in 1.0, of data
inline constexpr double wide_unit = 128 * 128;  ///< of 32-bit outputs
inline constexpr double wide_limit = 1 << 15;   ///< of 32-bit outputs in training
inline constexpr float most_output_shift = 15;  ///< to the left and to the right

/// The s with which parameters fit into -1 … 1 when they are divided by 2^s. `bias` may be undefined.
inline int learned_shift(const Tensor& weight, const Tensor& bias, double quantile) {
  const torch::NoGradGuard no_gradients;
  float magnitude = 0;
  if (quantile >= 1) {
    magnitude = weight.abs().max().item<float>();
    if (bias.defined()) magnitude = std::max(magnitude, bias.abs().max().item<float>());
  } else {
    const std::vector<float> own_bias = bias.defined() ? named_tensor("", bias).values : std::vector<float>{};
    magnitude = import::magnitude_quantile(named_tensor("", weight).values, own_bias, static_cast<float>(quantile));
  }
  const float exponent = std::floor(std::log2(1.0F / magnitude));
  return -static_cast<int>(std::clamp(exponent, -most_output_shift, most_output_shift));
}

/// Parameters as the chip's integers of `bits` bits.
inline Tensor parameter_integers(const Tensor& values, int shift, int bits) {
  const double unit = std::ldexp(1.0, bits - 1);
  return values.detach().mul(std::ldexp(1.0, -shift)).mul_(unit).add_(0.5).floor_().clamp_(-unit, unit - 1);
}

/// Parameters as the chip sees them, in units of 1.0. The gradient passes as it is, without the scale.
struct RoundedParameters : torch::autograd::Function<RoundedParameters> {
  static Tensor forward(AutogradContext*, const Tensor& values, int64_t shift, int64_t bits) {
    return parameter_integers(values, static_cast<int>(shift), static_cast<int>(bits))
        .mul_(std::ldexp(1.0, 1 - static_cast<int>(bits)));
  }
  static variable_list backward(AutogradContext*, const variable_list& gradients) {
    return {gradients[0], Variable(), Variable()};
  }
};

/// How numbers become multiples of 1 / unit.
enum class Rounds : unsigned char { half_up, toward_zero, half_even, half_away };

struct RoundedValues : torch::autograd::Function<RoundedValues> {
  static Tensor forward(AutogradContext*, const Tensor& values, double unit, Rounds how) {
    Tensor scaled = values.mul(unit);
    if (how == Rounds::half_up) scaled.add_(0.5).floor_();
    if (how == Rounds::toward_zero) scaled.trunc_();
    if (how == Rounds::half_even) scaled.round_();
    if (how == Rounds::half_away) scaled = scaled.abs().add_(0.5).floor_().mul_(values.sign());
    return scaled.div_(unit);
  }
  static variable_list backward(AutogradContext*, const variable_list& gradients) {
    return {gradients[0], Variable(), Variable()};
  }
};

/// The integers of two operands, combined bit by bit as two's complement. Gradients pass to both.
struct CombinedBits : torch::autograd::Function<CombinedBits> {
  static Tensor forward(AutogradContext*, const Tensor& first, const Tensor& second, bool exclusive) {
    const auto integers = [](const Tensor& values) { return values.mul(data_unit).round_().to(torch::kInt); };
    const Tensor a = integers(first), b = integers(second);
    return (exclusive ? a.bitwise_xor(b) : a.bitwise_or(b)).to(torch::kFloat).div_(data_unit);
  }
  static variable_list backward(AutogradContext*, const variable_list& gradients) {
    return {gradients[0], gradients[0], Variable()};
  }
};

/// The same as the reference trains it before quantisation: bits of (v + 1/2) 256.
struct CombinedOffsetBits : torch::autograd::Function<CombinedOffsetBits> {
  static Tensor forward(AutogradContext*, const Tensor& first, const Tensor& second, bool exclusive) {
    const auto integers = [](const Tensor& values) { return values.add(0.5).mul_(256).round_().to(torch::kInt); };
    const Tensor a = integers(first), b = integers(second);
    return (exclusive ? a.bitwise_xor(b) : a.bitwise_or(b)).to(torch::kFloat).div_(256).sub_(0.5);
  }
  static variable_list backward(AutogradContext*, const variable_list& gradients) {
    return {gradients[0], gradients[0], Variable()};
  }
};

/// What happens to a layer's sums on their way to a byte.
struct Finish {
  float factor = 1;  ///< of the sums, a power of two
  Activation activation = Activation::none;
  bool rounds = false;           ///< to multiples of 1/128
  bool activates_first = false;  ///< absolute values before rounding, as the reference, and not behind it
};

/// The range of a result, in units of its steps: 1/128 where it rounds, else 1.0.
struct FinishRange {
  float lowest, highest;
};

/// One value on its way: the result, and what its gradient is multiplied by, -1, 0 or 1.
struct FinishedValue {
  float value, slope;
};

/// floor(x) of numbers below 2^31, of which compilers make vectors on every processor.
inline float floor_of_small(float x) {
  const auto whole = static_cast<float>(static_cast<std::int32_t>(x));
  return whole > x ? whole - 1 : whole;
}
inline float clipped(float x, float lowest, float highest) { return x < lowest ? lowest : x > highest ? highest : x; }

/// `value` and the result are in units of steps. Without branches, for vectors.
template <Activation activation, bool rounds, bool activates_first>
inline FinishedValue finished(float value, FinishRange range) {
  constexpr bool relu = activation == Activation::relu, abs = activation == Activation::abs;
  const float activated = abs && activates_first ? std::fabs(value) : value;
  // Values far out of range become values just out of range, which `floor_of_small` can round.
  const float shortened = clipped(rounds ? activated + 0.5F : activated, range.lowest - 1, range.highest + 2);
  const float rounded = rounds ? floor_of_small(shortened) : shortened;
  const bool inside = (rounded >= range.lowest) & (rounded <= range.highest) & (!relu | (value > 0));
  const float kept = clipped(rounded, relu ? 0 : range.lowest, range.highest);
  const float sign = !abs ? 1.0F : static_cast<float>(value > 0) - static_cast<float>(value < 0);
  return {abs ? clipped(std::fabs(kept), 0, range.highest) : kept, inside ? sign : 0.0F};
}

/// Finishes `count` sums. `factor` brings sums to units of steps, `step` results to 1.0, `slope` is times slopes.
struct FinishScale {
  float factor, step, slope;
};
template <Activation activation, bool rounds, bool activates_first>
void finish_values(const float* __restrict sums, int64_t count, FinishRange range, FinishScale scale,
                   float* __restrict results, float* __restrict slopes) {
  for (int64_t i = 0; i < count; ++i) {
    const FinishedValue own = finished<activation, rounds, activates_first>(sums[i] * scale.factor, range);
    results[i] = own.value * scale.step;
    slopes[i] = own.slope * scale.slope;
  }
}

using FinishValues = void (*)(const float*, int64_t, FinishRange, FinishScale, float*, float*);
template <bool rounds>
FinishValues function_of(const Finish& finish) {
  if (finish.activation == Activation::relu) return finish_values<Activation::relu, rounds, false>;
  if (finish.activation != Activation::abs) return finish_values<Activation::none, rounds, false>;
  return finish.activates_first ? finish_values<Activation::abs, rounds, true>
                                : finish_values<Activation::abs, rounds, false>;
}

/// Scale, activation, rounding and clamp of sums, in one pass over memory.
struct FinishedSums : torch::autograd::Function<FinishedSums> {
  static constexpr int64_t grain = 1 << 15;  ///< elements that are worth a thread

  static Tensor forward(AutogradContext* context, const Tensor& sums, const Finish& finish) {
    const Tensor in = sums.contiguous();
    Tensor out = torch::empty_like(in), slopes = torch::empty_like(in);
    const float step = finish.rounds ? 1.0F / static_cast<float>(data_unit) : 1.0F;
    const FinishRange range{-1 / step, 127.0F / 128 / step};
    const FinishScale scale{finish.factor / step, step, finish.factor};
    const FinishValues function = finish.rounds ? function_of<true>(finish) : function_of<false>(finish);
    const float* const from = in.data_ptr<float>();
    float *const to = out.data_ptr<float>(), *const slope = slopes.data_ptr<float>();
    at::parallel_for(0, in.numel(), grain, [=](int64_t first, int64_t last) {
      function(from + first, last - first, range, scale, to + first, slope + first);
    });
    context->save_for_backward({slopes});
    return out;
  }
  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    return {gradients[0] * context->get_saved_variables()[0], Variable()};
  }
};

}  // namespace incuse::train::detail
