// What a byte of every tensor means, where a model knows the ranges of its tensors: a number for each group of tensors
// that a layer reads together, or that a layer without weights reads and writes.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

#include <incuse/import/onnx/steps.hpp>

namespace incuse::import::onnx {

namespace detail {

/// The number that one unit of a byte has to mean so that -128 to 127 cover a range: the larger one of what its two
/// ends need.
inline double scale_for(NumberRange range) { return std::fmax(-range.low / 128, range.high / 127); }

/// The numbers that a layer makes of those of `read`, where each of its outputs is one input times a weight, plus a
/// bias: then the least and the most come up whenever they are read. Not known for other layers.
inline NumberRange range_of_copies(const Step& step, NumberRange read) {
  NumberRange made;
  const std::size_t channels = static_cast<std::size_t>(step.out.channels);
  const bool simple = step.layer.op == Operator::conv2d || step.layer.op == Operator::conv1d;
  if (!simple || step.layer.elementwise != Elementwise::none || channels == 0) return made;
  const std::size_t each = step.weight.size() / channels;
  for (std::size_t c = 0; c < channels; ++c) {
    double weight = 0;
    for (std::size_t i = c * each; i < (c + 1) * each; ++i) {
      if (step.weight[i] == 0) continue;
      if (weight != 0) return {};
      weight = static_cast<double>(step.weight[i]);
    }
    const double bias = step.bias.empty() ? 0 : static_cast<double>(step.bias[c]);
    const double a = weight * read.low + bias, b = weight * read.high + bias;
    made.cover({std::fmin(a, b), std::fmax(a, b)});
  }
  if (step.layer.activation == Activation::relu)
    made = {std::fmax(made.low, 0.0), std::fmax(made.high, 0.0)};
  else if (step.layer.activation == Activation::abs)
    made = {0, std::fmax(-made.low, made.high)};
  return made;
}

/// Tensors of steps in groups. A tensor has its step's number plus 1, the input 0.
class TensorGroups {
 public:
  explicit TensorGroups(const std::vector<Step>& steps) : parents_(steps.size() + 1) {
    std::iota(parents_.begin(), parents_.end(), std::size_t{0});
    for (std::size_t i = 0; i < steps.size(); ++i) {
      for (int source : steps[i].sources) join(steps[i].sources[0], source);
      if (!steps[i].layer.weighted() && !steps[i].sources.empty()) join(steps[i].sources[0], static_cast<int>(i));
    }
  }
  std::size_t of(int step) {
    std::size_t at = tensor(step);
    while (parents_[at] != at) at = parents_[at] = parents_[parents_[at]];
    return at;
  }

 private:
  static std::size_t tensor(int step) { return static_cast<std::size_t>(step - network_input); }
  void join(int a, int b) { parents_[of(a)] = of(b); }

  std::vector<std::size_t> parents_;
};

}  // namespace detail

/// For the input and then for every step: real number = byte * scale. Without ranges these are powers of two, 2^-7 or
/// what the model quantises with.
inline std::vector<double> byte_scales(const Lowered& lowered) {
  detail::TensorGroups groups(lowered.steps);
  std::vector<NumberRange> ranges(lowered.steps.size() + 1);
  ranges[groups.of(network_input)].cover(lowered.input_range);
  for (std::size_t i = 0; i < lowered.steps.size(); ++i) {
    const Step& step = lowered.steps[i];
    ranges[groups.of(static_cast<int>(i))].cover(step.range);
    // A sum inside of a layer is a byte, too: what does not fit it, does not fit the output either.
    if (!step.layer.weighted() || step.layer.elementwise == Elementwise::none || !step.range.known()) continue;
    const double most = std::fmax(-step.range.low, step.range.high);
    ranges[groups.of(step.sources[0])].cover({-most, most});
    ranges[groups.of(step.sources[0])].cover(step.sums);
  }
  std::vector<double> scales;
  for (int i = network_input; i < static_cast<int>(lowered.steps.size()); ++i) {
    const NumberRange range = ranges[groups.of(i)];
    const int exponent =
        i == network_input ? lowered.input_exponent : lowered.steps[static_cast<std::size_t>(i)].exponent;
    scales.push_back(range.known() ? detail::scale_for(range) : std::ldexp(1.0, exponent - 7));
  }
  return scales;
}

}  // namespace incuse::import::onnx
