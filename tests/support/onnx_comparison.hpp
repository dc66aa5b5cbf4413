// What a chip computes of an ONNX model, beside what the model says in floating point.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include <support/onnx_evaluation.hpp>
#include <support/onnx_model.hpp>
#include <support/onnx_on_chip.hpp>
#include <support/random.hpp>

namespace incuse::test {

using Sizes = OnnxModel::Sizes;

inline std::size_t product(const Sizes& shape) {
  std::size_t count = 1;
  for (std::int64_t size : shape) count *= static_cast<std::size_t>(size);
  return count;
}

inline std::vector<int> random_bytes(Random& random, std::size_t count) {
  std::vector<int> list;
  for (std::size_t i = 0; i < count; ++i) list.push_back(random.signed_bits(8));
  return list;
}

inline std::vector<double> reals(const std::vector<int>& bytes, double scale = 1.0 / 128) {
  std::vector<double> list;
  for (int byte : bytes) list.push_back(byte * scale);
  return list;
}

/// The first output on the chip, and all tensors of the model, for one input.
struct ChipAndModel {
  std::vector<double> chip{};
  std::map<std::string, FloatTensor> model{};

  /// The largest difference from one of the tensors.
  double difference(const std::string& output) const {
    const std::vector<double>& wanted = model.at(output).values;
    if (wanted.size() != chip.size()) return HUGE_VAL;
    double most = 0;
    for (std::size_t i = 0; i < chip.size(); ++i) most = std::max(most, std::fabs(chip[i] - wanted[i]));
    return most;
  }
};
inline ChipAndModel chip_and_model(const ImportedOnnx& imported, OnnxModel model, const Sizes& shape, Random& random,
                                   const max7800x::Device& device) {
  const std::vector<int> input = random_bytes(random, product(shape));
  return {outputs_on_chip(imported, input, device),
          OnnxEvaluation(model.model()).run(reals(input, imported.network.input_scale), shape)};
}

}  // namespace incuse::test
