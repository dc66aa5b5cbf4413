// The activation functions of the library, each with what stands for it in types and texts. Leaky ReLUs are those whose
// slope is a whole number of hundredths.
#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <incuse/model/activations.hpp>

namespace incuse {

/// An activation function and what stands for it in types and texts: "LeakyReLU<1, 5>".
struct NamedFunction {
  float (*function)(float);
  std::string name;
};

namespace detail {

struct LeakyFunction {
  float (*function)(float);
  int numerator, denominator;  ///< of the slope, in lowest terms

  double slope() const { return static_cast<double>(numerator) / denominator; }
};
template <int Hundredths>
inline constexpr LeakyFunction leaky_function{activations::leaky<Hundredths, 100>,
                                              Hundredths / common_divisor(Hundredths, 100),
                                              100 / common_divisor(Hundredths, 100)};
template <int... Hundredths>
inline const std::vector<LeakyFunction>& leaky_functions(std::integer_sequence<int, Hundredths...>) {
  static const std::vector<LeakyFunction> list{leaky_function<Hundredths + 1>...};
  return list;
}
/// Slopes of 0.01 to 0.99.
inline const std::vector<LeakyFunction>& leaky_functions() {
  return leaky_functions(std::make_integer_sequence<int, 99>());
}

}  // namespace detail

/// The leaky ReLU of a slope, but for what floats round; null if there is none.
inline float (*leaky_function_of(double slope))(float) {
  for (const detail::LeakyFunction& leaky : detail::leaky_functions())
    if (std::fabs(leaky.slope() - slope) < 1e-6) return leaky.function;
  return nullptr;
}
/// The slope of a leaky ReLU; 0 for other functions.
inline double slope_of(float (*function)(float)) {
  for (const detail::LeakyFunction& leaky : detail::leaky_functions())
    if (leaky.function == function) return leaky.slope();
  return 0;
}

/// All functions of the library.
inline const std::vector<NamedFunction>& named_functions() {
  static const std::vector<NamedFunction> list = [] {
    std::vector<NamedFunction> all{{activations::relu6, "ReLU6"},     {activations::hard_swish, "Hardswish"},
                                   {activations::sigmoid, "Sigmoid"}, {activations::tanh, "Tanh"},
                                   {activations::silu, "SiLU"},       {activations::elu, "ELU"}};
    for (const detail::LeakyFunction& leaky : detail::leaky_functions()) {
      const std::string slope = std::to_string(leaky.numerator) + ", " + std::to_string(leaky.denominator);
      all.push_back({leaky.function, "LeakyReLU<" + (slope == "1, 100" ? std::string() : slope) + ">"});
    }
    return all;
  }();
  return list;
}

}  // namespace incuse
