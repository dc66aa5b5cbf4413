// Tensors of a training framework, brought to the layers of a network: matched, checked, turned, batch norm folded.
// Source: max7800x-training, sections 3, 5 and 9; docs/parameters.md.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/batch_norm.hpp>
#include <incuse/import/nearest_word.hpp>
#include <incuse/import/state_modules.hpp>
#include <incuse/import/tensors.hpp>
#include <incuse/model/parameter_rules.hpp>

namespace incuse::import {

/// How layers find their tensors. `automatic`: by name if a name of the network is one of the source, else in order.
/// Layers without a name always take what is left, in order.
enum class Matching : unsigned char { automatic, names, order };

/// `automatic`: by 4 for the reference's modules (`conv1.op`, `conv1.bn`), by 1 for others.
enum class BatchNormDivision : unsigned char { automatic, by_1, by_4 };

struct LoadOptions {
  Matching matching = Matching::automatic;
  float batch_norm_epsilon = default_batch_norm_epsilon;  ///< `eps` of the modules, which no file tells
  BatchNormDivision batch_norm_division = BatchNormDivision::automatic;
  NormPairs batch_norms{};      ///< layers of the source and the batch norms behind them, where nothing else tells
  bool tolerate_extra = false;  ///< tensors that no layer reads are noted, and are no error
};

/// The real parameters of one layer with weights, in the library's order.
struct LoadedLayer {
  int layer = 0;             ///< index in the network
  std::string name{};        ///< of the layer in the source
  std::vector<int> shape{};  ///< of the weights: [out][in / groups][height][width], [out][in][length] or [out][in]
  std::vector<float> weight{};
  std::vector<float> bias{};              ///< one number per output; empty: none
  std::optional<int> weight_bits{};       ///< as trained; none: the source does not tell
  std::optional<int> output_shift{};      ///< as trained
  std::optional<float> shift_quantile{};  ///< of quantisation-aware training
};

/// The parameters of a network's layers with weights, in order, or all that is wrong.
struct LoadedLayers {
  std::vector<LoadedLayer> layers{};
  std::vector<std::string> errors{};  ///< one line each, which begins with the source's name
  std::vector<std::string> notes{};   ///< what was not used or had to be assumed, likewise
  int batch_norms = 0;                ///< that are folded

  bool ok() const { return errors.empty(); }
};

namespace detail {

/// [in][out / groups][height][width], which spreads its input, as the hardware correlates: [out][in / groups], both
/// axes of the kernels reversed.
inline std::vector<float> to_correlation(const std::vector<float>& weight, const std::vector<int>& shape, int groups) {
  const auto in = static_cast<std::size_t>(shape[0] / groups), out = static_cast<std::size_t>(shape[1]);
  const std::size_t taps = static_cast<std::size_t>(shape[2]) * static_cast<std::size_t>(shape[3]);
  std::vector<float> turned;
  turned.reserve(weight.size());
  for (std::size_t g = 0; g < static_cast<std::size_t>(groups); ++g)
    for (std::size_t o = 0; o < out; ++o)
      for (std::size_t i = 0; i < in; ++i)
        for (std::size_t t = taps; t-- > 0;) turned.push_back(weight[((g * in + i) * out + o) * taps + t]);
  return turned;
}

/// The way back: [out][in / groups] becomes [in][out / groups].
inline std::vector<float> from_correlation(const std::vector<float>& weight, const std::vector<int>& shape,
                                           int groups) {
  const auto in = static_cast<std::size_t>(shape[1]), out = static_cast<std::size_t>(shape[0] / groups);
  const std::size_t taps = static_cast<std::size_t>(shape[2]) * static_cast<std::size_t>(shape[3]);
  std::vector<float> turned;
  turned.reserve(weight.size());
  for (std::size_t g = 0; g < static_cast<std::size_t>(groups); ++g)
    for (std::size_t i = 0; i < in; ++i)
      for (std::size_t o = 0; o < out; ++o)
        for (std::size_t t = taps; t-- > 0;) turned.push_back(weight[((g * out + o) * in + i) * taps + t]);
  return turned;
}

/// Whether weights of this shape are a layer's: PyTorch's shape, or one of the same order in memory. A Linear layer
/// reads what a convolution over its whole map does, a kernel of 1 what a Linear layer does.
inline bool is_weight_shape(const Layer& layer, const std::vector<int>& shape) {
  const Quantity own = parameter::pytorch_shape(layer);
  bool equal = static_cast<int>(shape.size()) == own.count;
  for (int i = 0; equal && i < own.count; ++i) equal = shape[static_cast<std::size_t>(i)] == own.values[i];
  if (equal || shape.size() < 2 || shape.size() > 4) return equal;
  const bool one_tap = layer.kernel == Extent{1, 1} && layer.op != Operator::conv_transpose2d;
  if (layer.op != Operator::linear && !(one_tap && shape.size() == 2)) return false;
  long long inputs = 1, wanted = 1;
  for (std::size_t i = 1; i < shape.size(); ++i) inputs *= shape[i];
  for (int i = 1; i < own.count; ++i) wanted *= own.values[i];
  return shape[0] == own.values[0] && inputs == wanted;
}

/// Dimensions for a finding; of more than four the first four.
inline Quantity quantity_of(const std::vector<int>& shape) {
  Quantity quantity;
  for (const int size : shape)
    if (quantity.count < 4) quantity.values[quantity.count++] = size;
  return quantity;
}

/// The modules of layers, -1 where there is none, and those that no layer has.
struct ModuleMatch {
  std::vector<int> modules{};
  std::vector<int> left{};
};

/// A dot of the source may be an underscore in the network.
inline bool is_name_of(const std::string& own, const std::string& other) {
  if (own.size() != other.size()) return false;
  for (std::size_t i = 0; i < own.size(); ++i)
    if (own[i] != other[i] && !(own[i] == '_' && other[i] == '.')) return false;
  return !own.empty();
}

/// Finds the modules of layers with these names, which may be empty.
inline ModuleMatch match_modules(const std::vector<std::string>& names, const StateModules& modules,
                                 Matching matching) {
  ModuleMatch found{std::vector<int>(names.size(), -1), modules.weighted()};
  bool by_name = matching == Matching::names;
  for (std::size_t i = 0; i < names.size() && matching != Matching::order; ++i) {
    const auto own = std::find_if(found.left.begin(), found.left.end(), [&](int module) {
      return is_name_of(names[i], modules[module].name) || is_name_of(names[i], modules[module].stem);
    });
    if (own == found.left.end()) continue;
    found.modules[i] = *own;
    found.left.erase(own);
    by_name = true;
  }
  std::size_t next = 0;
  for (std::size_t i = 0; i < names.size() && next < found.left.size(); ++i)
    if (found.modules[i] < 0 && !(by_name && !names[i].empty())) found.modules[i] = found.left[next++];
  found.left.erase(found.left.begin(), found.left.begin() + static_cast<std::ptrdiff_t>(next));
  return found;
}

/// Whether a division by 4 stands behind a batch norm.
inline bool divides_by_4(const StateModule& module, const StateModule& norm, BatchNormDivision division) {
  const bool reference = module.stem != module.name && norm.name == module.name;
  return division == BatchNormDivision::by_4 || (division == BatchNormDivision::automatic && reference);
}

template <int N>
class Loader {
 public:
  Loader(const Graph<N>& graph, const NamedTensors& source, const LoadOptions& options)
      : graph_(graph), source_(source), options_(options), modules_(source, options.batch_norms) {}

  LoadedLayers load() {
    if (!source_.ok()) {
      result_.errors.push_back(source_.error);
      return std::move(result_);
    }
    for (int i = 0; i < graph_.size; ++i)
      if (graph_[i].trained()) wanted_.push_back({i, -1});
    match();
    tell_of_extra();
    for (const Wanted& wanted : wanted_) {
      if (wanted.module < 0)
        tell_of_missing(wanted.layer);
      else
        take(graph_[wanted.layer], wanted.layer, modules_[wanted.module]);
    }
    return std::move(result_);
  }

 private:
  struct Wanted {
    int layer;
    int module;  ///< -1: none
  };
  static constexpr std::size_t most_extra = 20;

  void refuse(const std::string& reason) { result_.errors.push_back(printable(source_.file) + ": " + reason); }
  void note(const std::string& reason) { result_.notes.push_back(printable(source_.file) + ": " + reason); }
  void refuse(const Rule& rule, int layer, const Quantity& needs, const Quantity& has, const std::string& part,
              const std::string& more = {}) {
    const Text shown{part.data(), static_cast<int>(part.size())};
    const Finding finding{.rule = &rule,
                          .layer = layer,
                          .layer_name = graph_[layer].name,
                          .needs = needs,
                          .has = has,
                          .has_whose = has.count > 0 ? Text("the tensor") : Text(),
                          .part = shown};
    refuse(printable(string_of(sentence_of(finding, "the network"))) + more);
  }

  void match() {
    std::vector<std::string> names;
    for (const Wanted& wanted : wanted_) names.push_back(string_of(graph_[wanted.layer].name));
    ModuleMatch found = match_modules(names, modules_, options_.matching);
    for (std::size_t i = 0; i < wanted_.size(); ++i) wanted_[i].module = found.modules[i];
    left_ = std::move(found.left);
  }

  void tell_of_extra() {
    for (const std::string& fault : modules_.faults()) refuse(fault);
    for (const std::string& text : modules_.notes()) note(text);
    for (const std::ptrdiff_t copy : modules_.copies())
      note("'" + printable(modules_[static_cast<int>(copy)].weight->name) +
           "' is not used: an earlier tensor is of the same layer");
    std::vector<std::string> extra;
    const auto add = [&](const std::string& tensor) {
      extra.push_back("'" + printable(tensor) + "' belongs to no layer of the network");
    };
    for (const int module : left_) add(modules_[module].weight->name);
    for (const int norm : modules_.lonely_norms()) extra.push_back(modules_.lonely_text(norm));
    for (const NamedTensor* tensor : modules_.untaken()) add(tensor->name);
    const std::size_t shown = extra.size() > most_extra ? most_extra : extra.size();
    for (std::size_t i = 0; i < shown; ++i) options_.tolerate_extra ? note(extra[i]) : refuse(extra[i]);
    if (shown < extra.size()) {
      const std::string text = std::to_string(extra.size() - shown) + " more tensors belong to no layer";
      options_.tolerate_extra ? note(text) : refuse(text);
    }
  }

  void tell_of_missing(int layer) {
    const std::string name = string_of(graph_[layer].name);
    std::string nearest;
    if (!name.empty())
      nearest = incuse::detail::nearest_word(name, left_,
                                             [this](int module) -> std::string_view { return modules_[module].name; });
    refuse(parameter::rules::missing_weights, layer, parameter::pytorch_shape(graph_[layer]), {},
           name.empty() ? "" : name + ".weight", printable(nearest));
  }

  void take(const Layer& layer, int index, const StateModule& module) {
    const NamedTensor& weight = *module.weight;
    if (!is_weight_shape(layer, weight.shape))
      return refuse(parameter::rules::tensor_shape, index, parameter::pytorch_shape(layer), quantity_of(weight.shape),
                    weight.name);
    LoadedLayer own;
    own.layer = index;
    own.name = module.name;
    own.weight = layer.op == Operator::conv_transpose2d ? to_correlation(weight.values, weight.shape, layer.groups)
                                                        : weight.values;
    const Quantity shape = parameter::weight_shape(layer);
    for (int i = 0; i < shape.count; ++i) own.shape.push_back(static_cast<int>(shape.values[i]));
    if (module.bias != nullptr && !module.bias->values.empty()) {
      if (module.bias->shape != std::vector<int>{layer.out.channels})
        return refuse(parameter::rules::tensor_shape, index, layer.out.channels, quantity_of(module.bias->shape),
                      module.bias->name);
      own.bias = module.bias->values;
    }
    if (!are_finite(index, {module.weight, module.bias})) return;
    if (module.batch_norm >= 0 && !normalise(own, index, module, modules_[module.batch_norm])) return;
    own.weight_bits = fact(module.weight_bits, {1, 2, 4, 8, 0});
    if (own.weight_bits == 0) own.weight_bits.reset();
    own.output_shift = fact(module.output_shift, {});
    own.shift_quantile = quantile(module.shift_quantile);
    check_bias(index, own);
    result_.layers.push_back(std::move(own));
  }

  std::string layer_words(int index) const {
    TextBuffer<100> words;
    append_layer(words, index, graph_[index].name);
    return printable(string_of(words));
  }
  /// Reports the first number of each tensor of a layer that is not finite.
  bool are_finite(int index, std::initializer_list<const NamedTensor*> tensors) {
    bool finite = true;
    for (const NamedTensor* tensor : tensors) {
      const std::string problem = tensor == nullptr ? std::string() : not_finite_text(tensor->shape, tensor->values);
      if (problem.empty()) continue;
      refuse(layer_words(index) + ": '" + printable(tensor->name) + "' " + problem);
      finite = false;
    }
    return finite;
  }

  bool normalise(LoadedLayer& own, int index, const StateModule& module, const StateModule& norm) {
    const auto values = [](const NamedTensor* tensor) {
      return tensor == nullptr ? std::vector<float>{} : tensor->values;
    };
    if (!are_finite(index, {norm.mean, norm.variance, norm.weight, norm.bias})) return false;
    const bool by_4 = divides_by_4(module, norm, options_.batch_norm_division);
    const BatchNorm trained{values(norm.mean), values(norm.variance),       values(norm.weight),
                            values(norm.bias), options_.batch_norm_epsilon, by_4 ? reference_batch_norm_factor : 1.0F};
    std::string problem = missing_statistic(norm);
    if (problem.empty()) problem = problem_of(trained, static_cast<std::size_t>(own.shape[0]));
    if (problem.empty()) fold(trained, own.weight, own.bias), ++result_.batch_norms;
    const bool finite = problem.empty() && not_finite_text(own.shape, own.weight).empty() &&
                        not_finite_text(std::vector<int>{own.shape[0]}, own.bias).empty();
    if (!finite)
      refuse(layer_words(index) + ": '" + printable(norm.stem) +
             "': " + (problem.empty() ? "folded into the layer, it makes numbers that are not finite" : problem));
    return finite;
  }

  /// One whole number; nothing if there is none.
  std::optional<int> fact(const NamedTensor* tensor, const std::vector<int>& allowed) {
    if (tensor == nullptr) return std::nullopt;
    const float value = tensor->values.size() == 1 ? tensor->values[0] : NAN;
    bool fits = value == std::floor(value) && std::fabs(value) <= 1000;
    if (!allowed.empty()) {
      bool known = false;
      for (const int one : allowed) known = known || value == static_cast<float>(one);
      fits = fits && known;
    }
    if (fits) return static_cast<int>(value);
    refuse("'" + printable(tensor->name) + "' is not one whole number" +
           (allowed.empty() ? " from -1000 to 1000" : ": 1, 2, 4 and 8 bits are possible"));
    return std::nullopt;
  }
  std::optional<float> quantile(const NamedTensor* tensor) {
    if (tensor == nullptr) return std::nullopt;
    if (tensor->values.size() == 1 && tensor->values[0] >= 0 && tensor->values[0] <= 1) return tensor->values[0];
    refuse("'" + printable(tensor->name) + "' is not one number from 0 to 1");
    return std::nullopt;
  }

  void check_bias(int index, const LoadedLayer& own) {
    bool zero = true;
    for (const float value : own.bias) zero = zero && value == 0;
    if (!zero && !graph_[index].bias) refuse(parameter::rules::unexpected_bias, index, {}, {}, own.name);
    if (own.bias.empty() && graph_[index].bias)
      refuse(parameter::rules::missing_bias, index, graph_[index].out.channels, {}, own.name);
  }

  const Graph<N>& graph_;
  const NamedTensors& source_;
  const LoadOptions& options_;
  StateModules modules_;
  std::vector<Wanted> wanted_{};
  std::vector<int> left_{};
  LoadedLayers result_{};
};

}  // namespace detail

/// The tensors of a source, brought to the layers of a network: matched by name or in order, checked by the rules of
/// deployments, turned from PyTorch's order into the library's, batch norm folded. Missing, extra and misshapen tensors
/// are reported together. The graph is one with shapes: `graph_of<Net>()`, or what `infer` made.
template <int N>
LoadedLayers load(const Graph<N>& graph, const NamedTensors& source, const LoadOptions& options = {}) {
  return detail::Loader<N>(graph, source, options).load();
}

}  // namespace incuse::import
