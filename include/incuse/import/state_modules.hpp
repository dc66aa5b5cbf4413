// The modules of a state dictionary: which tensors are the weights, the bias and the batch norm of one layer. Source:
// max7800x-training, sections 5 and 9.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/batch_norm.hpp>
#include <incuse/import/tensors.hpp>

namespace incuse::import {

/// A module with weights, or one of the reference's layers around it; its tensors belong to the source.
struct StateModule {
  std::string stem{};  ///< name of the module in the source: "module.conv1.op"
  std::string name{};  ///< of its layer: "conv1"
  const NamedTensor* weight = nullptr;
  const NamedTensor* bias = nullptr;
  const NamedTensor* mean = nullptr;  ///< of a batch norm, as `variance`
  const NamedTensor* variance = nullptr;
  const NamedTensor* output_shift = nullptr;
  const NamedTensor* weight_bits = nullptr;
  const NamedTensor* shift_quantile = nullptr;
  int batch_norm = -1;  ///< index of the batch norm behind the layer; -1: none

  bool normalises() const { return mean != nullptr || variance != nullptr; }
  bool has_weights() const { return weight != nullptr && weight->shape.size() >= 2 && !normalises(); }
};

namespace detail {

/// The parts of a tensor's name.
struct TensorName {
  std::string stem{};  ///< of its module
  std::string_view part{};
};

/// Parts that modules have, and those among them that say nothing about their parameters.
inline constexpr std::string_view module_parts[] = {"weight",       "bias",        "running_mean",  "running_var",
                                                    "output_shift", "weight_bits", "shift_quantile"};
inline constexpr std::string_view idle_parts[] = {
    "bias_bits", "quantize_activation", "adjust_output_shift", "num_batches_tracked", "w_zero_point", "b_zero_point",
    "base_b_q"};

/// Splits "conv1.weight", and "conv1_weight" in a name without dots. A tensor with another name is the weights of a
/// module of its own.
inline TensorName split_name(const std::string& name) {
  const auto ends = [&](std::string_view part, char sign) {
    return name.size() > part.size() && name[name.size() - part.size() - 1] == sign &&
           std::string_view(name).substr(name.size() - part.size()) == part;
  };
  const char sign = name.find('.') == std::string::npos ? '_' : '.';
  TensorName found{name, "weight"};
  for (const std::string_view part : module_parts)
    if (ends(part, sign)) found = {name.substr(0, name.size() - part.size() - 1), part};
  for (const std::string_view part : idle_parts)
    if (ends(part, sign)) found = {name.substr(0, name.size() - part.size() - 1), part};
  if (name == found.part) found.stem.clear();
  return found;
}

inline std::size_t last_dot(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string::npos ? 0 : dot;
}

/// "block" of "block.conv2"; empty if there is no dot.
inline std::string parent_of(const std::string& name) { return name.substr(0, last_dot(name)); }

inline bool has_module_prefix(const std::string& stem) { return stem.compare(0, 7, "module.") == 0; }

/// The layer of a module: without the prefix of parallel training and the reference's names of operator and norm.
inline std::string layer_name(const std::string& stem) {
  std::string name = has_module_prefix(stem) ? stem.substr(7) : stem;
  const std::size_t dot = last_dot(name);
  const std::string last = dot == 0 ? "" : name.substr(dot + 1);
  if (last == "op" || last == "conv2d" || last == "bn") name.erase(dot);
  return name;
}

/// The number that a name ends with, as text.
inline std::string number_of(const std::string& name) {
  std::size_t digits = name.size();
  while (digits > 0 && name[digits - 1] >= '0' && name[digits - 1] <= '9') --digits;
  return name.substr(digits);
}

/// "block.#2" of "block.conv2" and "block.bn2"; "block.2" stays what it is.
inline std::string numbered(const std::string& name) {
  const std::string number = number_of(name), parent = parent_of(name);
  const std::size_t letters = name.size() - number.size() - (parent.empty() ? 0 : parent.size() + 1);
  return letters == 0 ? name : parent + ".#" + number;
}

}  // namespace detail

/// The modules of a source in its order, each with its tensors.
class StateModules {
 public:
  explicit StateModules(const NamedTensors& source) {
    for (const NamedTensor& tensor : source.tensors) add(tensor);
    for (StateModule& module : modules_) {
      if (!module.has_weights()) continue;
      take_facts(module);
      const std::ptrdiff_t index = &module - modules_.data();
      if (!first_of_name_.emplace(module.name, index).second) {
        copies_.push_back(index);
        continue;
      }
      const auto [known, is_new] = by_number_.emplace(detail::numbered(module.name), index);
      if (!is_new) known->second = -1;
    }
    for (const bool by_name : {true, false})
      for (std::size_t i = 0; i < modules_.size(); ++i)
        if (modules_[i].normalises()) attach(static_cast<int>(i), by_name);
  }

  const std::vector<StateModule>& all() const { return modules_; }
  const StateModule& operator[](int i) const { return modules_[static_cast<std::size_t>(i)]; }
  /// Indices of the modules with weights, in order; of two with the same name the first.
  std::vector<int> weighted() const {
    std::vector<int> indices;
    for (std::size_t i = 0; i < modules_.size(); ++i)
      if (modules_[i].has_weights() && first_of_name_.at(modules_[i].name) == static_cast<std::ptrdiff_t>(i))
        indices.push_back(static_cast<int>(i));
    return indices;
  }
  /// Modules with weights that repeat the name of an earlier one.
  const std::vector<std::ptrdiff_t>& copies() const { return copies_; }
  /// Batch norms that belong to no module with weights.
  const std::vector<int>& lonely_norms() const { return lonely_; }
  /// Of a batch norm.
  static std::size_t channels_of(const StateModule& norm) {
    return norm.mean != nullptr ? norm.mean->values.size() : norm.variance->values.size();
  }
  /// What is said of one.
  std::string lonely_text(int norm) const {
    const StateModule& own = (*this)[norm];
    std::string front;
    for (int i = norm - 1; i >= 0 && front.empty(); --i) {
      const StateModule& other = (*this)[i];
      if (other.normalises())
        front = "the one in front of it, '" + printable(other.stem) + "', is a batch norm";
      else if (other.batch_norm >= 0)
        front = "the layer in front of it, '" + printable(other.stem) + "', has another one";
      else if (other.has_weights())
        front = "the layer in front of it, '" + printable(other.stem) + "', has another number of outputs than its " +
                std::to_string(channels_of(own));
    }
    return "'" + printable(own.stem) +
           "': the batch norm belongs to no layer: none has its name or number (bn2 for conv2), and " +
           (front.empty() ? "none is in front of it" : front) +
           "; one of the input needs a layer to be folded into: put a 1x1 convolution in front of it";
  }

 private:
  void add(const NamedTensor& tensor) {
    const detail::TensorName name = detail::split_name(tensor.name);
    for (const std::string_view idle : detail::idle_parts)
      if (name.part == idle) return;
    StateModule& module = module_of(name.stem);
    const NamedTensor** const places[] = {&module.weight,        &module.bias,         &module.mean,
                                          &module.variance,      &module.output_shift, &module.weight_bits,
                                          &module.shift_quantile};
    for (std::size_t i = 0; i < std::size(places); ++i)
      if (name.part == detail::module_parts[i] && *places[i] == nullptr) *places[i] = &tensor;
  }

  StateModule& module_of(const std::string& stem) {
    const auto [known, is_new] = by_stem_.emplace(stem, modules_.size());
    if (is_new) {
      modules_.emplace_back();
      modules_.back().stem = stem;
      modules_.back().name = detail::layer_name(stem);
    }
    return modules_[known->second];
  }

  /// The reference keeps a layer's numbers beside its operator.
  void take_facts(StateModule& module) {
    const auto around = by_stem_.find(detail::parent_of(module.stem));
    if (around == by_stem_.end()) return;
    const StateModule& layer = modules_[around->second];
    if (layer.name != module.name) return;
    if (module.output_shift == nullptr) module.output_shift = layer.output_shift;
    if (module.weight_bits == nullptr) module.weight_bits = layer.weight_bits;
    if (module.shift_quantile == nullptr) module.shift_quantile = layer.shift_quantile;
  }

  /// A batch norm belongs to the reference's layer of the same name, else to the module beside it with the same number
  /// ("conv2", "bn2"), else to the one in front of it, if that has as many outputs and no other: files may have another
  /// order.
  void attach(int index, bool by_name) {
    const StateModule& norm = (*this)[index];
    const std::ptrdiff_t named = same_name(norm);
    if ((named >= 0) != by_name) return;
    const std::ptrdiff_t owner = by_name ? named : in_front(index);
    if (owner < 0 || modules_[static_cast<std::size_t>(owner)].batch_norm >= 0)
      lonely_.push_back(index);
    else
      modules_[static_cast<std::size_t>(owner)].batch_norm = index;
  }
  std::ptrdiff_t same_name(const StateModule& norm) const {
    const auto found = first_of_name_.find(norm.name);
    return found == first_of_name_.end() ? same_number(norm) : found->second;
  }
  std::ptrdiff_t same_number(const StateModule& norm) const {
    const auto found = by_number_.find(detail::numbered(norm.name));
    return found == by_number_.end() || detail::number_of(norm.name).empty() ? -1 : found->second;
  }
  std::ptrdiff_t in_front(int index) const {
    for (int i = index - 1; i >= 0 && !(*this)[i].normalises(); --i)
      if ((*this)[i].has_weights()) return may_have((*this)[i].weight->shape, channels_of((*this)[index])) ? i : -1;
    return -1;
  }
  /// Whether weights [out][in], or of a transposed convolution [in][out / groups], have so many outputs.
  static bool may_have(const std::vector<int>& shape, std::size_t outputs) {
    const auto wanted = static_cast<int>(outputs);
    return shape[0] == wanted || (shape.size() > 2 && transposed_groups(shape[0], shape[1], wanted) > 0);
  }

  std::vector<StateModule> modules_{};
  std::map<std::string, std::size_t> by_stem_{};
  std::map<std::string, std::ptrdiff_t> first_of_name_{};
  std::map<std::string, std::ptrdiff_t> by_number_{};  ///< -1: several have this number
  std::vector<std::ptrdiff_t> copies_{};
  std::vector<int> lonely_{};
};

}  // namespace incuse::import
