// The functions of train::Model.
#pragma once

#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <incuse/import/load.hpp>
#include <incuse/train/torch/module.hpp>

namespace incuse::train {

namespace detail {

/// A tensor of the state, by its name: parameters themselves, or a fact in a tensor of one element.
struct StateEntry {
  std::string name{};
  Tensor tensor{};
};

inline Tensor one_number(double value) { return torch::full({1}, value); }

/// The state in the reference's order and with its names.
inline std::vector<StateEntry> entries_of(const TorchModel& model) {
  std::vector<StateEntry> entries;
  for (const int i : trained_layers(model.network())) {
    const Layer& layer = model.network()[i];
    const LayerState& own = model.state(i);
    const std::string stem = model.network().name(i) + '.';
    const double bits = model.quantised() ? layer.weight_bits : 0;
    entries.push_back({stem + "output_shift", one_number(own.output_shift)});
    entries.push_back({stem + "weight_bits", one_number(bits)});
    entries.push_back({stem + "bias_bits", one_number(bits)});
    entries.push_back({stem + "quantize_activation", one_number(model.quantised())});
    entries.push_back({stem + "adjust_output_shift", one_number(model.quantised() && own.learns_shift)});
    entries.push_back({stem + "shift_quantile", one_number(model.quantile())});
    entries.push_back({stem + "op.weight", own.weight});
    if (own.bias.defined()) entries.push_back({stem + "op.bias", own.bias});
    if (!own.normalises()) continue;
    entries.push_back({stem + "bn.weight", own.gamma});
    entries.push_back({stem + "bn.bias", own.beta});
    entries.push_back({stem + "bn.running_mean", own.mean});
    entries.push_back({stem + "bn.running_var", own.variance});
  }
  return entries;
}

/// Signed bytes of whole numbers.
inline std::string bytes_of_integers(const Tensor& integers) {
  const Tensor bytes = integers.to(torch::kChar).contiguous();
  return {reinterpret_cast<const char*>(bytes.data_ptr<int8_t>()), static_cast<std::size_t>(bytes.numel())};
}

/// The same of weights of a transposed convolution, in the order of the library: [out][in / groups], kernels turned.
inline std::string bytes_of_correlation(const Tensor& integers, const std::vector<int>& shape, int groups) {
  const std::vector<float> turned = import::detail::to_correlation(named_tensor("", integers).values, shape, groups);
  std::string bytes;
  for (const float value : turned) bytes += static_cast<char>(value);
  return bytes;
}

inline std::vector<int> shape_of(const Tensor& tensor) {
  std::vector<int> shape;
  for (const int64_t size : tensor.sizes()) shape.push_back(static_cast<int>(size));
  return shape;
}

inline Tensor batch_of(const TorchModel& model, const NamedTensor& input) {
  const Shape shape = model.network().input;
  const Tensor values = torch_tensor(input);
  if (values.dim() == 0 || values.numel() != values.size(0) * shape.elements())
    throw std::invalid_argument("the inputs have another shape than the network reads");
  return values.view({values.size(0), shape.channels, shape.height, shape.width});
}

}  // namespace detail

Model::Model(const Network& network, const ModelOptions& options)
    : own_(std::make_unique<detail::TorchModel>(network, options)) {}
Model::~Model() = default;
Model::Model(Model&&) noexcept = default;
Model& Model::operator=(Model&&) noexcept = default;

const Network& Model::network() const { return own_->network(); }
bool Model::quantised() const { return own_->quantised(); }
void Model::start_quantisation(const Policy& policy) { own_->start_quantisation(policy); }

std::vector<NamedTensor> Model::state() const {
  std::vector<NamedTensor> all;
  for (const detail::StateEntry& entry : detail::entries_of(*own_))
    all.push_back(detail::named_tensor(entry.name, entry.tensor));
  return all;
}

void Model::load(const std::vector<NamedTensor>& tensors) {
  const torch::NoGradGuard no_gradients;
  std::map<std::string, detail::Tensor> own;
  for (const detail::StateEntry& entry : detail::entries_of(*own_)) own[entry.name] = entry.tensor;
  int known = 0;
  for (const NamedTensor& tensor : tensors) {
    const auto found = own.find(tensor.name);
    if (found == own.end()) continue;
    const detail::Tensor values = detail::torch_tensor(tensor);
    if (values.sizes() != found->second.sizes())
      throw std::invalid_argument("'" + tensor.name + "' has another shape than the network needs");
    found->second.copy_(values);
    ++known;
  }
  if (known == 0 && !tensors.empty()) throw std::invalid_argument("no tensor has a name of the network's layers");
  for (const int i : trained_layers(network()))
    own_->state(i).output_shift = own[network().name(i) + ".output_shift"].item<int>();
}

NamedTensor Model::forward(const NamedTensor& input, bool training) {
  const torch::NoGradGuard no_gradients;
  return detail::named_tensor("output", own_->forward(detail::batch_of(*own_, input), training));
}

std::vector<NamedTensor> Model::layer_outputs(const NamedTensor& input) {
  const torch::NoGradGuard no_gradients;
  std::vector<NamedTensor> all;
  own_->forward(detail::batch_of(*own_, input), false, [&](int i, const detail::Tensor& output) {
    all.push_back(detail::named_tensor(network().name(i), output));
  });
  return all;
}

BatchGradients Model::backward(const NamedTensor& input, const NamedTensor& gradient) {
  const detail::Tensor in = detail::batch_of(*own_, input).set_requires_grad(true);
  for (detail::Tensor& parameter : own_->trainable()) parameter.mutable_grad() = detail::Tensor();
  const detail::Tensor out = own_->forward(in, true), upstream = detail::torch_tensor(gradient);
  if (upstream.numel() != out.numel()) throw std::invalid_argument("the gradient has another shape than the output");
  out.backward(upstream.view_as(out));
  BatchGradients result{detail::named_tensor("output", out), detail::named_tensor("input", in.grad()), {}};
  for (const detail::StateEntry& entry : detail::entries_of(*own_))
    if (entry.tensor.requires_grad())
      result.parameters.push_back(detail::named_tensor(entry.name, entry.tensor.grad()));
  return result;
}

float Model::output_scale() const {
  const int last = network().size() - 1;
  const Layer& layer = network()[last];
  const int bits = layer.wide ? 6 + layer.weight_bits - own_->state(last).output_shift : 7;
  return std::ldexp(1.0F, -bits);
}

std::vector<NamedTensor> Model::real_parameters() const {
  const torch::NoGradGuard no_gradients;
  std::vector<NamedTensor> all;
  for (const int i : trained_layers(network())) {
    const detail::FoldedTensors own = own_->folded(i, 1);
    all.push_back(detail::named_tensor(network().name(i) + ".weight", own.weight));
    if (own.bias.defined()) all.push_back(detail::named_tensor(network().name(i) + ".bias", own.bias));
  }
  return all;
}

QuantisedParameters Model::parameters() const {
  if (own_->real()) throw std::invalid_argument("a network of real numbers has no bytes: see train/k210.hpp");
  const torch::NoGradGuard no_gradients;
  QuantisedParameters result;
  for (const int i : trained_layers(network())) {
    const Layer& layer = network()[i];
    const detail::LayerState& own = own_->state(i);
    const int shift =
        own.learns_shift ? detail::learned_shift(own.weight, own.bias, own_->quantile()) : own.output_shift;
    const detail::Tensor weight = detail::parameter_integers(own.weight, shift, layer.weight_bits);
    std::vector<int> shape = detail::shape_of(weight);
    std::string bytes = detail::bytes_of_integers(weight), bias;
    if (layer.op == Operator::conv_transpose2d) {
      bytes = detail::bytes_of_correlation(weight, shape, layer.groups);
      shape = {layer.out.channels, layer.weight_in_channels(), layer.kernel.height, layer.kernel.width};
    }
    if (own.bias.defined())
      bias = detail::bytes_of_integers(detail::parameter_integers(own.bias, shift, layer.weight_bits));
    result.add(network().name(i), std::move(shape), std::move(bytes), std::move(bias), layer.wide ? 0 : shift);
  }
  return result;
}

}  // namespace incuse::train
