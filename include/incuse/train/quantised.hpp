// The integers of a trained network, as executors, planners and emitters take them.
#pragma once

#include <string>
#include <vector>

#include <incuse/model/parameters.hpp>

namespace incuse::train {

/// Parameters that own their bytes. Copies refer to their own: `view` makes the table anew.
class QuantisedParameters {
 public:
  /// Adds a layer: weights as [out][in / groups][...], biases in units of 128, both signed bytes.
  void add(std::string name, std::vector<int> shape, std::string weight, std::string bias, int output_shift) {
    layers_.push_back({std::move(name), std::move(shape), std::move(weight), std::move(bias), output_shift});
  }

  /// Valid until the next call, and as long as this object lives.
  Parameters view() {
    table_.clear();
    for (const Layer& own : layers_) {
      LayerParameters entry;
      entry.name = Text(own.name.data(), static_cast<int>(own.name.size()));
      entry.weight = tensor_of(own.weight, own.shape);
      if (!own.bias.empty()) entry.bias = tensor_of(own.bias, {static_cast<int>(own.bias.size())});
      entry.output_shift = own.output_shift;
      table_.push_back(entry);
    }
    return {table_.data(), static_cast<int>(table_.size())};
  }

 private:
  struct Layer {
    std::string name{};
    std::vector<int> shape{};
    std::string weight{}, bias{};
    int output_shift = 0;
  };

  static Tensor tensor_of(const std::string& bytes, const std::vector<int>& shape) {
    Tensor tensor;
    tensor.bytes = bytes.data();
    tensor.count = static_cast<long long>(bytes.size());
    for (const int size : shape) tensor.dimensions[tensor.rank++] = size;
    return tensor;
  }

  std::vector<Layer> layers_{};
  std::vector<LayerParameters> table_{};
};

}  // namespace incuse::train
