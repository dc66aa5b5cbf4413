// A network with real parameters that libtorch trains. This header is free of libtorch, which torch/implementation.hpp
// includes: a program that links the CMake target incuse::train compiles that once.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <incuse/hosted/named_tensor.hpp>
#include <incuse/train/network.hpp>
#include <incuse/train/policy.hpp>
#include <incuse/train/quantised.hpp>

namespace incuse::train {

/// Where the reference project and the chip round differently: absolute values of halves below 0, means that are
/// rounded.
enum class RoundingOf : unsigned char { chip, reference };

struct ModelOptions {
  Arithmetic arithmetic = Arithmetic::bytes;  ///< real: for the K210; nothing is clipped, and no epoch rounds
  bool batch_norm = false;             ///< behind every convolution, which needs a bias, until quantisation starts
  double batch_norm_epsilon = 1e-5;    ///< added to variances
  double batch_norm_momentum = 0.05;   ///< share of a batch in the running statistics
  double dropout = 0;                  ///< share of a Linear layer's inputs that training sets to 0, below 1
  bool average_pool_rounding = false;  ///< of the deployment: max7800x::Options::average_pool_rounding
  RoundingOf rounding = RoundingOf::chip;
  unsigned long long seed = 1;  ///< of the first weights
};

/// Output and gradients of one batch.
struct BatchGradients {
  NamedTensor output{};
  NamedTensor input{};                    ///< gradient with regard to the input
  std::vector<NamedTensor> parameters{};  ///< gradients, by the names of `Model::state`
};

namespace detail {
class TorchModel;
}  // namespace detail

/// A network and its parameters, which begin at random. All functions throw std::invalid_argument where arguments do
/// not fit the network.
class Model {
 public:
  /// Throws if the network cannot be trained (`obstacle_to_training`), or not with batch norm.
  explicit Model(const Network& network, const ModelOptions& options = {});
  ~Model();
  Model(Model&&) noexcept;
  Model& operator=(Model&&) noexcept;

  /// With the widths that the policy has set.
  const Network& network() const;
  bool quantised() const;

  /// Starts quantisation-aware training: folds batch norm, takes over widths and quantile. Throws if the policy names a
  /// layer that the network does not have, and for real numbers.
  void start_quantisation(const Policy& policy = {});

  /// All parameters and facts under the reference's names: <layer>.op.weight, .op.bias, .bn.weight, .output_shift …
  std::vector<NamedTensor> state() const;
  /// Takes over the tensors that it knows by name, with the shapes of `state`; names that are missing keep their
  /// values. Throws if a tensor has another shape, or none was known.
  void load(const std::vector<NamedTensor>& tensors);

  /// The output for a batch of inputs, N x C x H x W in C order; 1.0 is what the chip has as 128. 32-bit outputs of
  /// layers with weights of b bits, times 2^(6 + b), are the chip's integers.
  NamedTensor forward(const NamedTensor& input, bool training = false);
  /// The outputs of all layers in the same units, by their names.
  std::vector<NamedTensor> layer_outputs(const NamedTensor& input);
  /// Forwards and backwards: `gradient` is that of the output, in its shape.
  BatchGradients backward(const NamedTensor& input, const NamedTensor& gradient);

  /// The integers that the chip takes. Only a quantised model has the same outputs. Throws for real numbers.
  QuantisedParameters parameters() const;

  /// Of a network of real numbers: <layer>.weight and <layer>.bias, batch norm folded into them.
  std::vector<NamedTensor> real_parameters() const;

  /// What the chip's outputs are multiplied by to be the numbers that the loss reads (`Settings::scales_logits`), such
  /// as those that host::decode takes.
  float output_scale() const;

  detail::TorchModel& torch() { return *own_; }

 private:
  std::unique_ptr<detail::TorchModel> own_;
};

}  // namespace incuse::train
