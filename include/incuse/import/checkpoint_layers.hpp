// Which tensors of a checkpoint belong to which layer of a description. Spec: max7800x-training, section 9.4.
#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <incuse/import/checkpoint.hpp>
#include <incuse/import/trained.hpp>

namespace incuse {

namespace detail {

class CheckpointLayers {
 public:
  CheckpointLayers(std::string file, const Checkpoint& checkpoint, const NetworkDescription& description,
                   const max7800x::Device& device)
      : file_(std::move(file)), checkpoint_(checkpoint), description_(description), device_(device) {}

  TrainedLayers read() {
    if (!checkpoint_.ok()) {
      refuse(checkpoint_.error);
      result_.unreadable = true;
      return result_;
    }
    if (const std::string other = other_architecture(checkpoint_.arch, description_); !other.empty()) refuse(other);
    const std::vector<const DescribedLayer*> layers = weighted_layers(description_);
    std::size_t next = 0;
    for (const CheckpointTensor& tensor : checkpoint_.tensors) {
      if (next == layers.size()) break;  // further layers of the checkpoint are not used
      if (!ends_with(tensor.name, weight_suffix)) continue;
      if (tensor.shape.size() < 2) {
        refuse("'" + tensor.name + "' has one dimension: batch normalisation has to be folded into the convolutions");
        return result_;
      }
      read_layer(tensor, *layers[next++]);
    }
    if (next < layers.size() && result_.ok())
      refuse("there are " + std::to_string(next) + " weight tensors, but the description has " +
             std::to_string(layers.size()) + " layers with weights");
    return result_;
  }

 private:
  static constexpr std::string_view weight_suffix = ".weight";

  void refuse(const std::string& reason) { result_.errors.push_back(file_ + ": " + reason); }

  /// The value of `<layer>.<key>`, where the weights are called `<layer>.weight` or `<layer>.<operator>.weight`.
  std::optional<int> fact(const std::string& stem, const std::string& key) {
    const CheckpointTensor* tensor = checkpoint_.find(stem + "." + key);
    if (tensor == nullptr) tensor = checkpoint_.find(layer_of(stem) + "." + key);
    if (tensor == nullptr) return std::nullopt;
    const std::vector<double> values = tensor->count == 1 ? tensor->numbers() : std::vector<double>();
    if (values.size() != 1 || std::floor(values[0]) != values[0] || std::fabs(values[0]) > 1000) {
      refuse("'" + tensor->name + "' is not one whole number from -1000 to 1000");
      return std::nullopt;
    }
    return static_cast<int>(values[0]);
  }

  /// The name without its last part: "block.conv2" of "block.conv2.op".
  static std::string layer_of(const std::string& stem) {
    const std::size_t dot = stem.rfind('.');
    return dot == std::string::npos ? stem : stem.substr(0, dot);
  }

  void read_layer(const CheckpointTensor& tensor, const DescribedLayer& layer) {
    const std::string stem = tensor.name.substr(0, tensor.name.size() - weight_suffix.size());
    TrainedLayer own;
    const bool has_operator = checkpoint_.find(stem + ".output_shift") == nullptr &&
                              checkpoint_.find(stem + ".weight_bits") == nullptr &&
                              (ends_with(stem, ".op") || checkpoint_.find(layer_of(stem) + ".output_shift") != nullptr);
    own.name = has_operator ? layer_of(stem) : stem;
    if (own.name.compare(0, 7, "module.") == 0) own.name.erase(0, 7);
    for (std::int64_t size : tensor.shape) own.weight_shape.push_back(static_cast<int>(size));
    if (own.weight_shape.size() != weight_rank(layer.layer.op))
      return refuse("'" + tensor.name + "' has the shape " + shape_text(own.weight_shape) + ", but layer " +
                    std::to_string(layer.sequence) + " needs weights of " +
                    std::to_string(weight_rank(layer.layer.op)) + " dimensions");
    if (!read_bytes(tensor, 1, own.weight)) return;
    if (layer.layer.op == Operator::conv_transpose2d) to_correlation(own);
    own.output_shift = fact(stem, "output_shift");
    read_width(stem, own);
    if (const CheckpointTensor* bias = checkpoint_.find(stem + ".bias")) {
      const int trained_bits = fact(stem, "weight_bits").value_or(8);
      const int bits = trained_bits == 0 ? 8 : trained_bits;
      if (bits < 1 || bits > 8) return refuse("'" + stem + "' has weights of " + std::to_string(bits) + " bits");
      if (!read_bytes(*bias, 1 << (bits - 1), own.bias)) return;
    }
    result_.layers.push_back(std::move(own));
  }

  /// Weights have the width that the checkpoint states (8 bits without one), but 1 bit if all are 0, or if all are 1 or
  /// -1 and the chip has binary weights.
  void read_width(const std::string& stem, TrainedLayer& own) {
    bool all_zero = true, all_units = true;
    for (char weight : own.weight) {
      all_zero = all_zero && weight == 0;
      all_units = all_units && (weight == 1 || weight == -1);
    }
    const int trained = fact(stem, "weight_bits").value_or(8);
    own.weight_bits = trained == 0 ? 8 : trained;
    if (all_zero || (all_units && device_.binary_weights)) own.weight_bits = 1;
    if (*own.weight_bits != 1 && *own.weight_bits != 2 && *own.weight_bits != 4 && *own.weight_bits != 8)
      refuse("'" + stem + "' has weights of " + std::to_string(*own.weight_bits) + " bits; 1, 2, 4 and 8 are possible");
  }

  /// Whole numbers, divided by `divisor` toward minus infinity, as signed bytes.
  bool read_bytes(const CheckpointTensor& tensor, int divisor, std::string& bytes) {
    for (double value : tensor.numbers()) {
      if (std::floor(value) != value || std::fabs(value) > 1e6) {
        refuse("'" + tensor.name + "' holds " + number_text(value) +
               ", which is no whole number: the checkpoint has to be quantized first");
        return false;
      }
      const double byte = std::floor(value / divisor);
      if (byte < -128 || byte > 127) {
        refuse("'" + tensor.name + "' holds " + number_text(value) + ", which does not fit a signed byte" +
               (divisor > 1 ? " when divided by " + std::to_string(divisor) : std::string()));
        return false;
      }
      bytes += static_cast<char>(static_cast<int>(byte));
    }
    return true;
  }
  static std::string number_text(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%g", value);
    return text;
  }

  /// Transposed convolutions are trained as [in][out][height][width], and spread their input; the hardware correlates:
  /// [out][in], both axes of the kernel reversed.
  static void to_correlation(TrainedLayer& layer) {
    const auto in = static_cast<std::size_t>(layer.weight_shape[0]),
               out = static_cast<std::size_t>(layer.weight_shape[1]);
    const std::size_t taps = in * out == 0 ? 0 : layer.weight.size() / (in * out);
    std::string turned;
    turned.reserve(layer.weight.size());
    for (std::size_t o = 0; o < out; ++o)
      for (std::size_t i = 0; i < in; ++i)
        for (std::size_t t = taps; t-- > 0;) turned += layer.weight[(i * out + o) * taps + t];
    layer.weight = std::move(turned);
    std::swap(layer.weight_shape[0], layer.weight_shape[1]);
  }

  std::string file_;
  const Checkpoint& checkpoint_;
  const NetworkDescription& description_;
  const max7800x::Device& device_;
  TrainedLayers result_{};
};

}  // namespace detail

/// The trained parameters of a description's layers from a quantized checkpoint: weight tensors in the order of the
/// file belong to the layers with weights, in order. `file` is the checkpoint's name in messages.
inline TrainedLayers trained_from_checkpoint(const std::string& file, const Checkpoint& checkpoint,
                                             const NetworkDescription& description, const max7800x::Device& device) {
  return detail::CheckpointLayers(file, checkpoint, description, device).read();
}

}  // namespace incuse
