#include "functions.hpp"

#include <cmath>
#include <functional>
#include <vector>

#include <incuse/train/torch/rounding.hpp>

#include <support/training_case.hpp>

namespace {

namespace own = incuse::train::detail;
using own::Tensor;
using training_case::difference;
using training_case::values;

/// A function with a gradient that the reference has, too.
struct Function {
  const char* name;
  std::function<Tensor(const Tensor&)> apply;
};

Tensor clamped(const Tensor& x, int bits) {
  const double unit = std::ldexp(1.0, bits - 1);
  return x.clamp(-1.0, (unit - 1) / unit);
}
Tensor rounded(const Tensor& x, double unit, own::Rounds how) { return own::RoundedValues::apply(x, unit, how); }
Tensor half_up(const Tensor& x, int bits) { return rounded(x, std::ldexp(1.0, bits - 1), own::Rounds::half_up); }

const std::vector<Function> functions = {
    {"quantize8", [](const Tensor& x) { return half_up(x, 8); }},
    {"quantize4", [](const Tensor& x) { return half_up(x, 4); }},
    {"quantize2", [](const Tensor& x) { return half_up(x, 2); }},
    {"quantize1", [](const Tensor& x) { return half_up(x, 1); }},
    {"quantize15", [](const Tensor& x) { return half_up(x, 15); }},
    {"clamp8", [](const Tensor& x) { return clamped(x, 8); }},
    {"clamp2", [](const Tensor& x) { return clamped(x, 2); }},
    {"clamp1", [](const Tensor& x) { return clamped(x, 1); }},
    {"avgfloor", [](const Tensor& x) { return rounded(x, 128, own::Rounds::toward_zero); }},
    {"avground", [](const Tensor& x) { return rounded(x, 128, own::Rounds::half_even); }},
};

/// A layer's finish in one pass does what the single functions do one after the other.
std::string compare_finish(const Tensor& grid) {
  using incuse::Activation;
  for (const Activation activation : {Activation::none, Activation::relu, Activation::abs})
    for (const bool rounds : {false, true})
      for (const float factor : {0.25F, 1.0F, 4.0F}) {
        const Tensor x = grid.detach().clone().set_requires_grad(true),
                     y = grid.detach().clone().set_requires_grad(true);
        const Tensor one = own::FinishedSums::apply(x, own::Finish{factor, activation, rounds, true});
        Tensor steps = y * static_cast<double>(factor);
        if (activation == Activation::relu) steps = steps.relu();
        if (activation == Activation::abs) steps = steps.abs();
        if (rounds) steps = half_up(steps, 8);
        steps = clamped(steps, 8);
        one.sum().backward();
        steps.sum().backward();
        const std::string what = "finish of activation " + std::to_string(static_cast<int>(activation));
        const auto list = [](const Tensor& all) { return own::named_tensor("", all).values; };
        std::string found = difference(what, list(steps), list(one));
        if (found.empty()) found = difference(what + ", gradient", list(y.grad()), list(x.grad()));
        if (!found.empty()) return found;
      }
  return "";
}

}  // namespace

std::string compare_functions(const std::string& folder) {
  const Tensor grid = own::torch_tensor(training_case::tensor(folder, "x"));
  for (const Function& function : functions) {
    const Tensor x = grid.clone().set_requires_grad(true);
    const Tensor y = function.apply(x);
    y.sum().backward();
    const std::string name = function.name;
    std::string found = difference(name, values(folder, name + "_y"), own::named_tensor("", y).values);
    if (found.empty())
      found = difference(name + " gradient", values(folder, name + "_g"), own::named_tensor("", x.grad()).values);
    if (!found.empty()) return found;
  }
  return compare_finish(grid);
}
