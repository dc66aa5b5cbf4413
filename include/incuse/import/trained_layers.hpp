// Trained parameters of a network's layers as signed bytes, with their storage.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace incuse {

/// The trained parameters of one layer with weights.
struct TrainedLayer {
  std::string name{};                 ///< in the training framework, or of the file; may be empty
  std::vector<int> weight_shape{};    ///< (out, in, height, width), (out, in, length) or (out, in)
  std::string weight{};               ///< signed bytes in C order
  std::string bias{};                 ///< one signed byte per output channel; empty: no bias
  std::optional<int> weight_bits{};   ///< as trained; a description's `quantization` wins
  std::optional<int> output_shift{};  ///< as trained; a description's `output_shift` wins
};

/// Trained parameters of all layers with weights of their own, in the order of the description.
struct TrainedLayers {
  std::vector<TrainedLayer> layers{};
  std::vector<std::string> errors{};  ///< sentences that begin with the name of the file
  bool unreadable = false;            ///< a file is missing or damaged; else its contents do not fit

  bool ok() const { return errors.empty(); }
};

}  // namespace incuse
