// What codes lose of the tensors of a network for the K210: each tensor by itself, in the range that was chosen for it.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/k210_ranges.hpp>

namespace incuse::import {

/// What the codes of a range make of the values of a tensor.
struct RangeLoss {
  int layer = network_input;  ///< that makes the tensor
  std::string name{};
  k210::Range range{};
  double signal = 0, noise = 0;  ///< sums of squares: of the values, and of what codes change
  double values = 0;             ///< how many were looked at
  double saturated = 0;          ///< … of them more than half a code beyond the range, or no finite number
  double zeros = 0;              ///< … of them have the code of 0

  void add(const float* numbers, std::size_t count) {
    const k210::CodeScale codes = k210::code_scale_of(range);
    const k210::Range covered = k210::fixed_up(range);
    const double half = 0.5 / static_cast<double>(codes.scale);
    values += static_cast<double>(count);
    for (std::size_t i = 0; i < count; ++i) {
      if (!std::isfinite(numbers[i])) {
        ++saturated;
        continue;
      }
      const double value = static_cast<double>(numbers[i]), scale = static_cast<double>(codes.scale);
      const double wanted = std::nearbyint(value * scale) + codes.zero_point;
      const double code = std::fmin(std::fmax(wanted, 0.0), 255.0);
      const double error = value - (code - codes.zero_point) / scale;
      signal += value * value;
      noise += error * error;
      saturated +=
          value > static_cast<double>(covered.high) + half || value < static_cast<double>(covered.low) - half ? 1 : 0;
      zeros += code == codes.zero_point ? 1 : 0;
    }
  }
  double share(double part) const { return values > 0 ? part / values : 0; }
  /// In decibels; infinite if nothing is lost.
  double signal_to_noise() const {
    return noise > 0 ? 10 * std::log10(signal / noise) : std::numeric_limits<double>::infinity();
  }
};

/// The losses of the input and of all layers that have a range and make codes, in the order of the layers, for inputs
/// as `observe_ranges` takes them. `parameters` have usable ranges; `executor` is a host::RealExecutor of graph and
/// parameters.
template <class Executor, int N>
std::vector<RangeLoss> range_losses(Executor& executor, const Graph<N>& graph, const std::vector<const float*>& inputs,
                                    const K210Parameters& parameters) {
  std::vector<RangeLoss> losses;
  const auto add = [&](int layer, const std::string& name, k210::Range range) {
    if (!k210::is_usable(range)) return;
    losses.emplace_back();
    losses.back().layer = layer;
    losses.back().name = name;
    losses.back().range = range;
  };
  const k210::Elements<N> elements = k210::elements_of(graph);
  add(network_input, "input", parameters.input);
  for (std::size_t i = 0; i < parameters.layers.size(); ++i)
    if (elements.makes[parameters.indices[i]] == k210::Element::code)
      add(parameters.indices[i], string_of(parameters.layers[i].name), parameters.layers[i].output);
  for (const float* input : inputs) {
    executor.run(input);
    for (RangeLoss& loss : losses) {
      if (loss.layer == network_input) {
        loss.add(input, static_cast<std::size_t>(graph.input.elements()));
        continue;
      }
      const std::vector<float> values = executor.output_of(loss.layer);
      loss.add(values.data(), values.size());
    }
  }
  return losses;
}

}  // namespace incuse::import
