// The modules of a state dictionary: which tensors are the weights, the bias and the batch norm of one layer. Source:
// max7800x-training, sections 5 and 9.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/batch_norm.hpp>
#include <incuse/import/natural_order.hpp>
#include <incuse/import/nearest_word.hpp>
#include <incuse/import/tensors.hpp>

namespace incuse::import {

/// Batch norms by the layers that they are computed behind, where names and order do not tell: names as in the source,
/// as "conv1" and "bn1".
using NormPairs = std::map<std::string, std::string>;

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

/// "a, b and 3 more": the first of a list for a message.
inline std::string listed(const std::vector<std::string>& all, std::size_t most = 20) {
  std::string text;
  for (std::size_t i = 0; i < all.size() && i < most; ++i) text += (i == 0 ? "" : ", ") + all[i];
  return all.size() > most ? text + " and " + std::to_string(all.size() - most) + " more" : text;
}

/// That one of the two statistics of a batch norm is missing; empty if both are there.
inline std::string missing_statistic(const StateModule& norm) {
  if (norm.mean != nullptr && norm.variance != nullptr) return {};
  const bool mean = norm.mean == nullptr;
  return std::string("there is no '") + (mean ? "running_mean" : "running_var") + "' beside its '" +
         (mean ? "running_var" : "running_mean") + "': a batch norm is folded with both";
}

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

/// The part of parameters of other modules: recurrent layers (weight_ih_l0), attention (in_proj_weight), pruning
/// (weight_orig).
inline constexpr std::string_view other_part = "other";
inline bool is_other_part(const std::string& name) {
  const std::string last = name.substr(name.rfind('.') + 1);
  if (last.size() == name.size())  // without dots only the most usual
    return name.find("weight_ih_l") != std::string::npos || name.find("weight_hh_l") != std::string::npos;
  return last.compare(0, 7, "weight_") == 0 || last.compare(0, 5, "bias_") == 0 ||
         (last.size() > 7 && last.compare(last.size() - 7, 7, "_weight") == 0);
}

/// Splits "conv1.weight", and "conv1_weight" in a name without dots. A tensor with another name is the weights of a
/// module of its own.
inline TensorName split_name(const std::string& name) {
  const auto ends = [&](std::string_view part, char sign) {
    return name.size() > part.size() && name[name.size() - part.size() - 1] == sign &&
           std::string_view(name).substr(name.size() - part.size()) == part;
  };
  const char sign = name.find('.') == std::string::npos ? '_' : '.';
  TensorName found{name, is_other_part(name) ? other_part : "weight"};
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

/// The modules of a source in its order, each with its tensors. A source in alphabetical order tells none: numbers in
/// its names then count as numbers, so that net.2 stands in front of net.10.
class StateModules {
 public:
  explicit StateModules(const NamedTensors& source, const NormPairs& pairs = {}) {
    std::vector<const NamedTensor*> tensors;
    for (const NamedTensor& tensor : source.tensors) tensors.push_back(&tensor);
    const auto in_order = [](const auto& less) {
      return [less](const NamedTensor* a, const NamedTensor* b) { return less(a->name, b->name); };
    };
    alphabetical_ = std::is_sorted(tensors.begin(), tensors.end(), in_order(std::less<>())) ||
                    std::is_sorted(tensors.begin(), tensors.end(), in_order(incuse::detail::natural_less));
    if (alphabetical_)  // of two with one name the first stays in front
      std::sort(tensors.begin(), tensors.end(), [](const NamedTensor* a, const NamedTensor* b) {
        return a->name == b->name ? a < b : incuse::detail::natural_less(a->name, b->name);
      });
    for (const NamedTensor* tensor : tensors) add(*tensor);
    name_layers();
    for (const auto& [layer, norm] : pairs) attach_pair(layer, norm);
    attach_norms();
    tell_pairs();
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
  /// Tensors of no layer with weights and no batch norm: of other norms, of activations, of recurrent layers.
  std::vector<const NamedTensor*> untaken() const {
    std::vector<const NamedTensor*> tensors;
    for (const StateModule& module : modules_) {
      if (module.has_weights() || module.normalises()) continue;
      for (const NamedTensor* tensor : {module.weight, module.bias})
        if (tensor != nullptr) tensors.push_back(tensor);
    }
    tensors.insert(tensors.end(), others_.begin(), others_.end());
    return tensors;
  }
  /// Batch norms that belong to no module with weights.
  const std::vector<int>& lonely_norms() const { return lonely_; }
  /// Of a batch norm.
  static std::size_t channels_of(const StateModule& norm) {
    return norm.mean != nullptr ? norm.mean->values.size() : norm.variance->values.size();
  }
  /// What is said of a lonely one.
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
  /// Batch norms of which it is not certain that they are computed behind their layers, and mistakes in `pairs`: one
  /// sentence each.
  const std::vector<std::string>& faults() const { return faults_; }
  /// What was assumed of others, likewise.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  void add(const NamedTensor& tensor) {
    const detail::TensorName name = detail::split_name(tensor.name);
    for (const std::string_view idle : detail::idle_parts)
      if (name.part == idle) return;
    if (name.part == detail::other_part) return others_.push_back(&tensor);
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

  void name_layers() {
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

  static std::string quoted(const StateModule& module) { return "'" + printable(module.stem) + "'"; }

  /// The module of this name among those for which `is_meant` holds; -1, and a fault: none.
  template <class Meant>
  int named_module(const std::string& name, const char* kind, Meant is_meant) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < modules_.size(); ++i) {
      if (!is_meant(modules_[i])) continue;
      const std::string& stem = modules_[i].stem;
      if (name == stem || name == modules_[i].name || (detail::has_module_prefix(stem) && name == stem.substr(7)))
        return static_cast<int>(i);
      names.push_back(stem);
    }
    faults_.push_back(std::string("there is no ") + kind + " '" + printable(name) + "'" +
                      printable(incuse::detail::nearest_word(
                          name, names, [](const std::string& one) -> std::string_view { return one; })));
    return -1;
  }
  void attach_pair(const std::string& layer, const std::string& norm) {
    const int owner = named_module(layer, "layer", [](const StateModule& module) { return module.has_weights(); });
    const int own = named_module(norm, "batch norm", [](const StateModule& module) { return module.normalises(); });
    if (owner < 0 || own < 0) return;
    if (is_settled(own))
      faults_.push_back(quoted((*this)[own]) + ": the batch norm is given to two layers");
    else
      give(owner, own);
  }

  bool is_settled(int norm) const { return settled_.count(norm) > 0; }
  void give(std::ptrdiff_t owner, int norm) {
    settled_.insert(norm);
    StateModule& layer = modules_[static_cast<std::size_t>(owner)];
    if (layer.batch_norm >= 0)
      lonely_.push_back(norm);
    else
      layer.batch_norm = norm;
  }

  /// A batch norm belongs to the reference's layer of the same name, else to the module beside it with the same number
  /// ("conv2", "bn2"), if it does not stand in front of that; else to the one in front of it, if that has as many
  /// outputs and no other: files may have another order.
  void attach_norms() {
    for (const bool by_name : {true, false})
      for (std::size_t i = 0; i < modules_.size(); ++i) {
        const auto norm = static_cast<int>(i);
        if (!modules_[i].normalises() || is_settled(norm)) continue;
        by_name ? attach_by_name(norm) : attach_in_front(norm);
      }
  }
  void attach_by_name(int norm) {
    const std::ptrdiff_t owner = same_name((*this)[norm]);
    if (owner < 0) return;
    if (!alphabetical_ && norm < owner) return refuse(norm, owner, in_front(norm));
    give(owner, norm);
    const bool reference = (*this)[norm].name == modules_[static_cast<std::size_t>(owner)].name;
    if (alphabetical_ && !reference) doubt(unordered_, owner, norm);
  }
  /// One that begins a module is computed in front of what follows there.
  void attach_in_front(int norm) {
    const std::ptrdiff_t owner = in_front(norm);
    if (owner < 0) return lonely_.push_back(norm);
    const std::string& stem = (*this)[norm].stem;
    const std::string scope = detail::parent_of(stem),
                      other = detail::parent_of(modules_[static_cast<std::size_t>(owner)].stem);
    const std::ptrdiff_t follower = is_within(other, scope) ? -1 : next_in(scope, norm);
    if (follower >= 0) return refuse(norm, follower, owner);
    give(owner, norm);
    const bool numbers = detail::numbered(stem) == stem && !detail::number_of(stem).empty();
    if (scope != other)
      doubt(elsewhere_, owner, norm);
    else if (alphabetical_ && !numbers)
      doubt(unordered_, owner, norm);
  }
  static bool is_within(const std::string& scope, const std::string& outer) {
    return outer.empty() || scope == outer || scope.compare(0, outer.size() + 1, outer + '.') == 0;
  }
  /// The next module with weights of a scope, whose modules stand together.
  std::ptrdiff_t next_in(const std::string& scope, int norm) const {
    for (std::size_t i = static_cast<std::size_t>(norm) + 1; i < modules_.size(); ++i) {
      if (!is_within(detail::parent_of(modules_[i].stem), scope)) return -1;
      if (modules_[i].has_weights()) return static_cast<std::ptrdiff_t>(i);
    }
    return -1;
  }

  /// `layer`: what the batch norm stands in front of. `front`: what may be in front of it; -1: nothing.
  void refuse(int norm, std::ptrdiff_t layer, std::ptrdiff_t front) {
    settled_.insert(norm);
    const StateModule &own = (*this)[norm], &other = modules_[static_cast<std::size_t>(layer)];
    const std::string name = printable(own.stem);
    faults_.push_back(quoted(own) + ": the batch norm stands in front of " + quoted(other) +
                      ", and only one that is computed behind a layer can be folded into it; if it is behind, say so "
                      "with --batch-norm " +
                      printable(other.name) + '=' + name + "; else " +
                      (front < 0 ? "put a 1x1 convolution in front of it"
                                 : "name the layer in front of it, as in --batch-norm " +
                                       printable(modules_[static_cast<std::size_t>(front)].name) + '=' + name +
                                       ", if nothing else reads that"));
  }
  void doubt(std::vector<std::string>& list, std::ptrdiff_t owner, int norm) const {
    list.push_back(quoted((*this)[norm]) + " into " + quoted(modules_[static_cast<std::size_t>(owner)]));
  }
  void tell_pairs() {
    const std::string remedy = "; --batch-norm LAYER=NORM names other ones";
    if (!unordered_.empty())
      notes_.push_back(
          "its tensors are in alphabetical order, which does not tell whether a batch norm is computed behind "
          "a layer or in front of it; folded as behind it: " +
          detail::listed(unordered_) + remedy);
    if (!elsewhere_.empty())
      notes_.push_back("batch norms are folded into the layers in front of them, which are parts of other modules: " +
                       detail::listed(elsewhere_) + remedy);
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
      if ((*this)[i].has_weights())
        return (*this)[i].batch_norm < 0 && may_have((*this)[i].weight->shape, channels_of((*this)[index])) ? i : -1;
    return -1;
  }
  /// Whether weights [out][in], or of a transposed convolution [in][out / groups], have so many outputs.
  static bool may_have(const std::vector<int>& shape, std::size_t outputs) {
    const auto wanted = static_cast<int>(outputs);
    return shape[0] == wanted || (shape.size() > 2 && transposed_groups(shape[0], shape[1], wanted) > 0);
  }

  bool alphabetical_ = false;
  std::vector<StateModule> modules_{};
  std::map<std::string, std::size_t> by_stem_{};
  std::map<std::string, std::ptrdiff_t> first_of_name_{};
  std::map<std::string, std::ptrdiff_t> by_number_{};  ///< -1: several have this number
  std::vector<std::ptrdiff_t> copies_{};
  std::vector<const NamedTensor*> others_{};
  std::vector<int> lonely_{};
  std::set<int> settled_{};  ///< batch norms that have a layer, or a fault
  std::vector<std::string> unordered_{}, elsewhere_{};
  std::vector<std::string> faults_{}, notes_{};
};

}  // namespace incuse::import
