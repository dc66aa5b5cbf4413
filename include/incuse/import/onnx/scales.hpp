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
