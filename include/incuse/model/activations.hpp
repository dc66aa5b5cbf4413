// Activation functions of real numbers, as options of layers with weights: for chips that look them up in a table, with
// parameters in floating point. Names are PyTorch's.
#pragma once

#include <incuse/core/elementary.hpp>
#include <incuse/model/options.hpp>

namespace incuse {

/// Any function: `Activate<f>` with float f(float), which can be computed at compile time.
template <float (*Function)(float)>
struct Activate {
  using kind = option::activation;
  static constexpr void apply(LayerDraft& draft) {
    draft.layer.activation = Activation::function;
    draft.layer.function = Function;
  }
};

/// The functions themselves, of single values.
namespace activations {

template <int Numerator, int Denominator>
constexpr float leaky_relu(float x) {
  return x < 0.0f ? x * (static_cast<float>(Numerator) / static_cast<float>(Denominator)) : x;
}
constexpr float relu6(float x) { return x < 0.0f ? 0.0f : x > 6.0f ? 6.0f : x; }
constexpr float hard_swish(float x) { return x * relu6(x + 3.0f) / 6.0f; }
constexpr float sigmoid(float x) { return 1.0f / (1.0f + exponential(-x)); }
constexpr float tanh(float x) {
  const float e = exponential(-2.0f * (x < 0.0f ? -x : x));  // at most 1
  const float magnitude = (1.0f - e) / (1.0f + e);
  return x < 0.0f ? -magnitude : magnitude;
}
constexpr float silu(float x) { return x * sigmoid(x); }
constexpr float elu(float x) { return x < 0.0f ? exponential(x) - 1.0f : x; }

}  // namespace activations

namespace detail {

constexpr int common_divisor(int a, int b) { return b == 0 ? (a < 0 ? -a : a) : common_divisor(b, a % b); }

}  // namespace detail

namespace activations {

/// Leaky ReLU of a slope in lowest terms: one function for 2/10 and 1/5, which compute the same.
template <int Numerator, int Denominator>
inline constexpr float (*leaky)(float) =
    leaky_relu<Numerator / detail::common_divisor(Numerator, Denominator == 0 ? 1 : Denominator),
               Denominator / detail::common_divisor(Numerator, Denominator == 0 ? 1 : Denominator)>;

}  // namespace activations

/// Negative values times Numerator / Denominator (default 0.01).
template <int Numerator = 1, int Denominator = 100>
struct LeakyReLU : Activate<activations::leaky<Numerator, Denominator>> {
  static constexpr bool in_range = Denominator > 0;
  static constexpr Text range = "a denominator of 1 or more";
};
/// min(max(x, 0), 6).
struct ReLU6 : Activate<activations::relu6> {};
/// x * ReLU6(x + 3) / 6.
struct Hardswish : Activate<activations::hard_swish> {};
/// 1 / (1 + e^-x).
struct Sigmoid : Activate<activations::sigmoid> {};
/// Hyperbolic tangent.
struct Tanh : Activate<activations::tanh> {};
/// Also known as swish: x * sigmoid(x).
struct SiLU : Activate<activations::silu> {};
/// x, or e^x - 1 for negative x: alpha is 1.
struct ELU : Activate<activations::elu> {};

}  // namespace incuse
