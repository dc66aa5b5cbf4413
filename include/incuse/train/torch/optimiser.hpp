// libtorch's optimisers, with their state as tensors by name.
#pragma once

#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/sgd.h>

#include <incuse/train/torch/model.hpp>
#include <incuse/train/trainer.hpp>

namespace incuse::train::detail {

/// An optimiser of a model's parameters.
class Optimiser {
 public:
  Optimiser(const TorchModel& model, const Settings& settings) : kind_(settings.optimiser) {
    const std::vector<Tensor> parameters = model.trainable();
    switch (kind_) {
      case OptimiserKind::sgd:
        own_ = std::make_unique<torch::optim::SGD>(
            parameters,
            torch::optim::SGDOptions(settings.rate).momentum(settings.momentum).weight_decay(settings.weight_decay));
        break;
      case OptimiserKind::adam:
        own_ = std::make_unique<torch::optim::Adam>(
            parameters, torch::optim::AdamOptions(settings.rate).weight_decay(settings.weight_decay));
        break;
      case OptimiserKind::adamw:
        own_ = std::make_unique<torch::optim::AdamW>(
            parameters, torch::optim::AdamWOptions(settings.rate).weight_decay(settings.weight_decay));
        break;
    }
  }

  /// Leaves out parameters that the model does not have any more; the others keep their state.
  void keep_only(const TorchModel& model) { own_->param_groups()[0].params() = model.trainable(); }

  void step(double rate, double most_gradient) {
    own_->param_groups()[0].options().set_lr(rate);
    if (most_gradient > 0) clip(most_gradient);
    own_->step();
  }
  void clear() { own_->zero_grad(); }
  /// Of all parameters, zeros where a parameter has none.
  std::vector<Tensor> gradients() {
    std::vector<Tensor> all;
    for (Tensor& parameter : own_->param_groups()[0].params()) {
      if (!parameter.grad().defined()) parameter.mutable_grad() = torch::zeros_like(parameter);
      all.push_back(parameter.grad());
    }
    return all;
  }

  /// "conv1.op.weight:momentum_buffer" and the like.
  std::vector<NamedTensor> state(const TorchModel& model) {
    std::vector<NamedTensor> all;
    for (const StateEntry& entry : entries_of(model)) {
      if (!entry.tensor.requires_grad()) continue;
      const auto found = own_->state().find(key(entry.tensor));
      if (found != own_->state().end()) add_state(entry.name, *found->second, all);
    }
    return all;
  }
  void load(const TorchModel& model, const std::map<std::string, NamedTensor>& tensors) {
    for (const StateEntry& entry : entries_of(model)) {
      if (!entry.tensor.requires_grad()) continue;
      const auto find = [&](const char* part) {
        const auto found = tensors.find(entry.name + ':' + part);
        return found == tensors.end() ? Tensor() : torch_tensor(found->second);
      };
      if (kind_ == OptimiserKind::sgd)
        load_sgd(entry.tensor, find("momentum_buffer"));
      else if (kind_ == OptimiserKind::adam)
        load_moments<torch::optim::AdamParamState>(entry.tensor, find("step"), find("exp_avg"), find("exp_avg_sq"));
      else
        load_moments<torch::optim::AdamWParamState>(entry.tensor, find("step"), find("exp_avg"), find("exp_avg_sq"));
    }
  }

 private:
  using States = std::decay_t<decltype(std::declval<torch::optim::Optimizer&>().state())>;
  using Key = typename States::key_type;

  /// libtorch 1 calls tensors by their address as text, libtorch 2 by their address.
  template <class Own = Key>
  static Own key(const Tensor& tensor) {
    if constexpr (std::is_same_v<Own, std::string>)
      return c10::guts::to_string(tensor.unsafeGetTensorImpl());
    else
      return tensor.unsafeGetTensorImpl();
  }

  void clip(double most) {
    double squares = 0;
    const std::vector<Tensor>& parameters = own_->param_groups()[0].params();
    for (const Tensor& parameter : parameters)
      if (parameter.grad().defined()) squares += parameter.grad().pow(2).sum().item<double>();
    const double norm = std::sqrt(squares);
    if (norm <= most) return;
    for (const Tensor& parameter : parameters)
      if (parameter.grad().defined()) parameter.mutable_grad().mul_(most / norm);
  }

  template <class State>
  static void add_moments(const std::string& name, const State& state, std::vector<NamedTensor>& all) {
    all.push_back(named_tensor(name + ":step", one_number(static_cast<double>(state.step()))));
    all.push_back(named_tensor(name + ":exp_avg", state.exp_avg()));
    all.push_back(named_tensor(name + ":exp_avg_sq", state.exp_avg_sq()));
  }
  void add_state(const std::string& name, const torch::optim::OptimizerParamState& state,
                 std::vector<NamedTensor>& all) const {
    if (kind_ == OptimiserKind::sgd) {
      const Tensor& buffer = static_cast<const torch::optim::SGDParamState&>(state).momentum_buffer();
      if (buffer.defined()) all.push_back(named_tensor(name + ":momentum_buffer", buffer));
    } else if (kind_ == OptimiserKind::adam) {
      add_moments(name, static_cast<const torch::optim::AdamParamState&>(state), all);
    } else {
      add_moments(name, static_cast<const torch::optim::AdamWParamState&>(state), all);
    }
  }

  void load_sgd(const Tensor& parameter, const Tensor& buffer) {
    if (!buffer.defined()) return;
    auto state = std::make_unique<torch::optim::SGDParamState>();
    state->momentum_buffer(buffer);
    own_->state()[key(parameter)] = std::move(state);
  }
  template <class State>
  void load_moments(const Tensor& parameter, const Tensor& step, const Tensor& mean, const Tensor& square) {
    if (!step.defined() || !mean.defined() || !square.defined()) return;
    auto state = std::make_unique<State>();
    state->step(static_cast<int64_t>(step.item<float>()));
    state->exp_avg(mean);
    state->exp_avg_sq(square);
    own_->state()[key(parameter)] = std::move(state);
  }

  OptimiserKind kind_;
  std::unique_ptr<torch::optim::Optimizer> own_{};
};

}  // namespace incuse::train::detail
