// The tensors of a checkpoint, batch norm folded and quantised, without a network: what the vendor's tools for
// checkpoints do. Source: max7800x-training, sections 5 and 7.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <incuse/import/batch_norm.hpp>
#include <incuse/import/load.hpp>
#include <incuse/import/quantiser.hpp>
#include <incuse/import/state_modules.hpp>
#include <incuse/import/tensors.hpp>

namespace incuse::import {

struct CheckpointOptions {
  QuantiserOptions quantiser{};
  std::optional<int> bits{};                ///< of layers that say nothing themselves; none: 8
  std::map<std::string, int> layer_bits{};  ///< by the layer's name, before all that the source says
  float batch_norm_epsilon = default_batch_norm_epsilon;
  BatchNormDivision batch_norm_division = BatchNormDivision::automatic;
  NormPairs batch_norms{};  ///< layers and the batch norms that are computed behind them, where nothing else tells
  std::set<std::string> transposed{};  ///< layers whose weights are [in][out]; told by the shape where that is possible
};

/// How a layer was quantised.
struct LayerReport {
  std::string name{};
  int bits = 0;
  int output_shift = 0;
  long long weights = 0, saturated = 0, zeros = 0;
  double signal_to_noise = 0;  ///< of the weights, in decibels; infinite if they are exact
};

/// The new state, or all that is wrong.
struct ChangedCheckpoint {
  std::vector<NamedTensor> tensors{};
  std::vector<LayerReport> layers{};
  std::vector<std::string> errors{};  ///< one line each
  std::vector<std::string> notes{};   ///< what had to be assumed, and what was not used, one line each
  int batch_norms = 0;                ///< that are folded

  bool ok() const { return errors.empty(); }
};

namespace detail {

/// The ratio of the powers of weights and of what quantising changes in them.
inline double signal_to_noise(const std::vector<float>& weight, const std::string& bytes, double step) {
  double signal = 0, noise = 0;
  for (std::size_t i = 0; i < weight.size(); ++i) {
    const auto value = static_cast<double>(weight[i]);
    const double error = value - step * static_cast<double>(static_cast<signed char>(bytes[i]));
    signal += value * value;
    noise += error * error;
  }
  return noise > 0 ? 10 * std::log10(signal / noise) : HUGE_VAL;
}

/// Works on a copy of the tensors.
class CheckpointChange {
 public:
  CheckpointChange(const NamedTensors& source, const CheckpointOptions& options)
      : source_(source), options_(options), modules_(source, options.batch_norms) {
    if (!source.ok()) result_.errors.push_back(source.error);
  }

  ChangedCheckpoint fold_only() {
    if (result_.ok()) check_names();
    if (result_.ok()) check_numbers();
    if (result_.ok()) fold_all();
    tell_untaken("left as they are");
    return finish();
  }
  ChangedCheckpoint quantise() {
    if (result_.ok()) check_names();
    if (result_.ok()) check_copies();
    if (result_.ok()) check_numbers();
    if (result_.ok()) check_biases();
    if (result_.ok() && is_quantised())
      refuse("all weights are whole numbers of a signed byte: the source is quantised already");
    if (result_.ok()) fold_all();
    for (const StateModule& module : modules_.all())
      if (result_.ok() && module.has_weights()) quantise(module);
    if (options_.bits && !uses_bits_)
      refuse(
          "--bits has no effect, since all layers have bits of their own: leave it out, or name layers with "
          "--layer-bits");
    tell_untaken("not quantised");
    return finish();
  }

 private:
  void refuse(const std::string& reason) { result_.errors.push_back(printable(source_.file) + ": " + reason); }
  void note(const std::string& reason) { result_.notes.push_back(printable(source_.file) + ": " + reason); }

  /// The values of a tensor of the source after what has been changed.
  std::vector<float> values(const NamedTensor* tensor) const {
    if (tensor == nullptr) return {};
    const auto changed = changed_.find(tensor->name);
    return changed == changed_.end() ? tensor->values : changed->second.values;
  }
  void change(const std::string& name, std::vector<int> shape, std::vector<float> values) {
    changed_[name] = {name, std::move(shape), std::move(values)};
  }

  void check_names() {
    std::set<std::string> names;
    for (const StateModule& module : modules_.all())
      if (module.has_weights()) names.insert(module.name);
    const auto known = [&](const std::string& name) {
      if (names.count(name) == 0)
        refuse("there is no layer '" + printable(name) + "'" +
               printable(incuse::detail::nearest_word(name, names,
                                                      [](const std::string& one) -> std::string_view { return one; })));
    };
    for (const auto& [name, bits] : options_.layer_bits) known(name);
    for (const std::string& name : options_.transposed) known(name);
    for (const StateModule& module : modules_.all())
      if (module.has_weights() && options_.transposed.count(module.name) > 0) check_transposed(module);
    if (names.empty()) refuse("there are no weights");
  }

  void check_transposed(const StateModule& module) {
    const std::string name = "'" + printable(module.name) + "'";
    if (module.weight->shape.size() < 3)
      refuse("--transposed names " + name + ", whose weights have two dimensions, as a linear layer's: leave it out");
    else if (module.batch_norm < 0)
      note("--transposed has no effect on " + name + ": no batch norm is folded into it");
  }

  /// Layers are reported, and given bits, by their names.
  void check_copies() {
    for (const std::ptrdiff_t copy : modules_.copies()) {
      const StateModule& own = modules_[static_cast<int>(copy)];
      const auto same = [&](const StateModule& other) { return other.has_weights() && other.name == own.name; };
      const auto first = std::find_if(modules_.all().begin(), modules_.all().end(), same);
      refuse("'" + printable(first->weight->name) + "' and '" + printable(own.weight->name) +
             "' are both weights of the layer '" + printable(own.name) + "': leave one of them out, or rename it");
    }
  }

  /// One number per output; without a batch norm nothing else tells the outputs of a transposed convolution.
  void check_biases() {
    for (const StateModule& module : modules_.all()) {
      if (!module.has_weights() || module.bias == nullptr || module.bias->values.empty()) continue;
      const std::vector<int>&weights = module.weight->shape, &bias = module.bias->shape;
      const bool turned = options_.transposed.count(module.name) > 0;
      const bool fits =
          bias.size() == 1 && ((!turned && bias[0] == weights[0]) ||
                               (weights.size() > 2 && transposed_groups(weights[0], weights[1], bias[0]) > 0));
      if (!fits)
        refuse("'" + printable(module.bias->name) + "' has the shape " + shape_text(bias) +
               ", but a bias has one number for each output of its layer, whose weights have " + shape_text(weights));
    }
  }
  /// "[4, 2, 3, 3]"
  static std::string shape_text(const std::vector<int>& shape) {
    std::string text;
    for (const int size : shape) text += (text.empty() ? "" : ", ") + std::to_string(size);
    return '[' + text + ']';
  }

  /// Tensors that stay as they are.
  void tell_untaken(const char* fate) {
    std::vector<std::string> names;
    for (const NamedTensor* tensor : modules_.untaken()) names.push_back("'" + printable(tensor->name) + "'");
    if (!names.empty())
      note(listed(names) + ": " + fate +
           ", since they belong to no layer with weights and to no batch norm; the chip has no other norms, no "
           "activations with parameters and no recurrent layers");
  }

  /// Every tensor that is computed with.
  void check_numbers() {
    for (const StateModule& module : modules_.all()) {
      if (!module.has_weights()) continue;
      if (module.weight->values.empty())
        refuse("'" + printable(module.weight->name) + "' has no values: one of its dimensions is 0");
      check_finite({module.weight, module.bias});
      if (module.batch_norm < 0) continue;
      const StateModule& norm = modules_[module.batch_norm];
      check_finite({norm.mean, norm.variance, norm.weight, norm.bias});
    }
  }
  void check_finite(std::initializer_list<const NamedTensor*> tensors) {
    for (const NamedTensor* tensor : tensors)
      if (const std::string problem = tensor == nullptr ? "" : not_finite_text(tensor->shape, tensor->values);
          !problem.empty())
        refuse("'" + printable(tensor->name) + "' " + problem);
  }
  bool is_quantised() const {
    for (const StateModule& module : modules_.all())
      if (module.has_weights())
        for (const float weight : module.weight->values)
          if (weight != std::floor(weight) || weight < -128 || weight > 127) return false;
    return true;
  }

  void fold_all() {
    for (const std::string& fault : modules_.faults()) refuse(fault);
    for (const std::string& text : modules_.notes()) note(text);
    for (const int norm : modules_.lonely_norms()) refuse(modules_.lonely_text(norm));
    for (const StateModule& module : modules_.all())
      if (module.has_weights() && module.batch_norm >= 0) fold(module, modules_[module.batch_norm]);
    tell_undecided();
  }

  /// In one line, the least certain first.
  void tell_undecided() {
    constexpr std::size_t most_named = 6;
    std::vector<std::string> names;
    for (const auto& [doubt, layers] : undecided_) names.insert(names.end(), layers.begin(), layers.end());
    if (names.empty()) return;
    const bool one = names.size() == 1;
    note((one ? names[0] : std::to_string(names.size()) + " layers") + " could also be " +
         (one ? "a transposed convolution" : "transposed convolutions: " + listed(names, most_named)) +
         "; batch norm is folded as into " + (one ? "an ordinary one" : "ordinary ones") + "; --transposed names " +
         (one ? "it if it is one" : "those that are"));
  }

  /// How the weights of a layer with a batch norm of so many channels lie.
  enum class Axes : unsigned char {
    outputs_first,
    either,      ///< outputs first, unless the layer is a transposed convolution
    transposed,  ///< [in][out / groups]
  };
  Axes axes_of(const StateModule& module, int channels) const {
    const std::vector<int>& shape = module.weight->shape;
    if (options_.transposed.count(module.name) > 0) return Axes::transposed;
    if (shape.size() < 3 || transposed_groups(shape[0], shape[1], channels) == 0) return Axes::outputs_first;
    if (shape[0] != channels) return Axes::transposed;
    return shape[1] == 1 ? Axes::outputs_first : Axes::either;  // depthwise: both are the same
  }
  /// How much speaks for a layer that may be either kind to be transposed; the order of the list. The layer in front in
  /// the source need not be the one that it reads.
  enum class Doubt : unsigned char {
    groups,  ///< an ordinary one would have groups, too
    front,   ///< the layer in front, or that there is none, speaks for an ordinary one without groups
    square,  ///< as many inputs as outputs, and no groups
  };
  Doubt doubt_of(const StateModule& module) const {
    const std::vector<int>& shape = module.weight->shape;
    const std::optional<int> front = outputs_in_front(module);
    if (front && *front != shape[1]) return Doubt::groups;
    return shape[0] != shape[1] ? Doubt::front : Doubt::square;
  }
  /// The outputs of the layer with weights in front of a module in the source; 0: they are not known; nothing: there is
  /// no such layer.
  std::optional<int> outputs_in_front(const StateModule& module) const {
    for (std::ptrdiff_t i = &module - modules_.all().data() - 1; i >= 0; --i) {
      const StateModule& other = modules_[static_cast<int>(i)];
      if (!other.has_weights()) continue;
      if (other.batch_norm >= 0) return static_cast<int>(modules_.channels_of(modules_[other.batch_norm]));
      if (other.bias != nullptr) return static_cast<int>(other.bias->values.size());
      return options_.transposed.count(other.name) > 0 ? 0 : other.weight->shape[0];
    }
    return std::nullopt;
  }

  /// What is wrong with a batch norm behind a transposed convolution; empty if nothing is.
  std::string transposed_problem(const StateModule& module, const BatchNorm& trained) const {
    const std::vector<int>& shape = module.weight->shape;
    const auto channels = static_cast<int>(trained.mean.size());
    const std::string layer = "'" + printable(module.name) + "'";
    if (transposed_groups(shape[0], shape[1], channels) == 0)
      return "the batch norm has " + std::to_string(channels) + " channels, but " + layer +
             " as a transposed convolution has " + std::to_string(shape[1]) +
             " outputs, or a multiple of them with groups that divide its " + std::to_string(shape[0]) + " inputs";
    const bool told = options_.transposed.count(module.name) > 0;
    if (!told && shape[0] != shape[1] && outputs_in_front(module) == shape[1])
      return "the batch norm has as many channels as " + layer + " seems to have inputs, " + std::to_string(channels) +
             ", and only one behind a layer can be folded: if " + layer +
             " is a transposed convolution, name it with --transposed";
    return problem_of(trained, static_cast<std::size_t>(channels));
  }

  void fold(const StateModule& module, const StateModule& norm) {
    const std::vector<int>& shape = module.weight->shape;
    const bool by_4 = divides_by_4(module, norm, options_.batch_norm_division);
    const BatchNorm trained{values(norm.mean), values(norm.variance),       values(norm.weight),
                            values(norm.bias), options_.batch_norm_epsilon, by_4 ? reference_batch_norm_factor : 1.0F};
    const auto channels = static_cast<int>(trained.mean.size());
    if (const std::string missing = missing_statistic(norm); !missing.empty())
      return refuse("'" + printable(norm.stem) + "': " + missing);
    const Axes axes = axes_of(module, channels);
    const bool turned = axes == Axes::transposed;
    std::vector<float> weight = values(module.weight), bias = values(module.bias);
    std::string problem =
        turned ? transposed_problem(module, trained) : problem_of(trained, static_cast<std::size_t>(shape[0]));
    if (problem.empty() && module.bias != nullptr && module.bias->shape != std::vector<int>{channels})
      problem = "the bias has another number of values than the batch norm has channels";
    if (!problem.empty()) return refuse("'" + printable(norm.stem) + "': " + problem);
    if (axes == Axes::either) undecided_[doubt_of(module)].push_back("'" + printable(module.name) + "'");
    if (turned)
      fold_transposed(trained, shape[0], shape[1], weight, bias);
    else
      import::fold(trained, weight, bias);
    if (!not_finite_text(shape, weight).empty() || !not_finite_text(std::vector<int>{channels}, bias).empty())
      return refuse("'" + printable(norm.stem) + "': folded into the layer, it makes numbers that are not finite");
    change(module.weight->name, shape, std::move(weight));
    change(bias_name(module), {channels}, std::move(bias));
    ++result_.batch_norms;
  }

  static std::string bias_name(const StateModule& module) {
    const std::string& weight = module.weight->name;
    return weight.substr(0, weight.size() - std::string_view("weight").size()) + "bias";
  }
  /// A number of a module's layer: beside its operator, where the reference keeps it.
  static std::string fact_name(const StateModule& module, const std::string& fact) {
    const bool has_operator =
        module.stem != module.name && !(has_module_prefix(module.stem) && module.stem.substr(7) == module.name);
    return (has_operator ? parent_of(module.stem) : module.stem) + '.' + fact;
  }

  std::optional<int> bits_of(const StateModule& module) {
    std::optional<int> own;
    if (module.weight_bits != nullptr && module.weight_bits->values.size() == 1) {
      const float trained = module.weight_bits->values[0];
      if (trained != 0) own = trained >= 1 && trained <= 8 ? static_cast<int>(trained) : -1;
    }
    if (const auto said = options_.layer_bits.find(module.name); said != options_.layer_bits.end()) own = said->second;
    uses_bits_ = uses_bits_ || !own;
    const int bits = own.value_or(options_.bits.value_or(8));
    if (bits == 1 || bits == 2 || bits == 4 || bits == 8) return bits;
    refuse("'" + printable(module.name) + "' asks for another number of bits than 1, 2, 4 or 8");
    return std::nullopt;
  }

  void quantise(const StateModule& module) {
    const std::optional<int> bits = bits_of(module);
    if (!bits) return;
    const std::vector<float> weight = values(module.weight);
    std::vector<float> bias = values(module.bias);
    if (module.bias == nullptr)
      if (const auto added = changed_.find(bias_name(module)); added != changed_.end()) bias = added->second.values;
    float quantile = 1;
    if (module.shift_quantile != nullptr && module.shift_quantile->values.size() == 1)
      quantile = module.shift_quantile->values[0];
    if (!(quantile >= 0 && quantile <= 1))
      return refuse("'" + printable(module.shift_quantile->name) + "' is not a number from 0 to 1");
    if (!is_representable(module, weight, bias, *bits, quantile)) return;
    const QuantisedLayer made =
        quantised_layer(weight, bias, module.weight->shape[0], *bits, quantile, options_.quantiser);
    for (const std::string& text : bias_notes(made, bias)) note("'" + printable(module.name) + "': " + text);
    store(module, *bits, made, weight);
  }

  /// Output shifts bring magnitudes of up to 2^(7 + bits) to the range of the chip.
  bool is_representable(const StateModule& module, const std::vector<float>& weight, const std::vector<float>& bias,
                        int bits, float quantile) {
    const std::string name = "'" + printable(module.name) + "'";
    const double most = std::ldexp(1.0, 7 + bits);
    if (options_.quantiser.scale != WeightScale::power_of_two) {
      const float factor = std::ldexp(weight_scale(weight, module.weight->shape[0], options_.quantiser), bits - 1);
      if (!std::isfinite(factor)) refuse(name + ": what its weights are multiplied by is no finite number");
      return std::isfinite(factor);
    }
    if (static_cast<double>(magnitude_quantile(weight, bias, quantile)) <= most) return true;
    const std::string in_weights = out_of_range_text(module.weight->shape, weight, most);
    refuse(name + ' ' +
           (in_weights.empty()
                ? "has a bias that " + out_of_range_text(std::vector<int>{static_cast<int>(bias.size())}, bias, most)
                : in_weights) +
           (module.batch_norm < 0 ? "" : " with its batch norm folded") + ": output shifts reach " +
           std::to_string(static_cast<int>(most)) + " with " + std::to_string(bits) + " bits");
    return false;
  }

  void store(const StateModule& module, int bits, const QuantisedLayer& made, const std::vector<float>& weight) {
    std::vector<float> weights, biases;
    LayerReport report{module.name, bits, made.output_shift, static_cast<long long>(weight.size()), made.saturated,
                       0,           0};
    for (const char byte : made.weight) {
      weights.push_back(static_cast<float>(static_cast<signed char>(byte)));
      if (byte == 0) ++report.zeros;
    }
    for (const char byte : made.bias) biases.push_back(checkpoint_bias(static_cast<signed char>(byte), bits));
    const bool shifts = options_.quantiser.scale == WeightScale::power_of_two;
    const double factor = shifts
                              ? std::ldexp(1.0, -made.output_shift)
                              : static_cast<double>(weight_scale(weight, module.weight->shape[0], options_.quantiser));
    report.signal_to_noise = signal_to_noise(weight, made.weight, std::ldexp(1.0, 1 - bits) / factor);
    change(module.weight->name, module.weight->shape, std::move(weights));
    const auto outputs = static_cast<int>(biases.size());
    if (!biases.empty()) change(bias_name(module), {outputs}, std::move(biases));
    const auto number = [&](const char* fact, int value) {
      change(fact_name(module, fact), {1}, {static_cast<float>(value)});
    };
    if (shifts) number("output_shift", made.output_shift);
    number("weight_bits", bits);
    if (outputs > 0) number("bias_bits", bits);
    number("quantize_activation", 1);
    number("adjust_output_shift", 0);
    result_.layers.push_back(report);
  }

  /// The tensors in the order of the source, what is new behind the weights that it belongs to.
  ChangedCheckpoint finish() {
    if (!result_.ok()) return std::move(result_);
    std::set<std::string> norms;
    for (const StateModule& module : modules_.all())
      if (module.normalises()) norms.insert(module.stem);
    const auto is_zero_point = [](const std::string& name) {
      const std::string_view part = split_name(name).part;
      return part == "w_zero_point" || part == "b_zero_point" || part == "base_b_q";
    };
    for (const NamedTensor& tensor : source_.tensors) {
      if (norms.count(split_name(tensor.name).stem) > 0 || is_zero_point(tensor.name)) continue;
      const auto changed = changed_.find(tensor.name);
      if (changed == changed_.end()) {
        result_.tensors.push_back(tensor);
        continue;
      }
      result_.tensors.push_back(std::move(changed->second));
      changed_.erase(changed);
    }
    for (auto& [name, tensor] : changed_) result_.tensors.push_back(std::move(tensor));
    return std::move(result_);
  }

  const NamedTensors& source_;
  const CheckpointOptions& options_;
  StateModules modules_;
  bool uses_bits_ = false;                                 ///< a layer has the bits of `options_`
  std::map<Doubt, std::vector<std::string>> undecided_{};  ///< layers that may be transposed
  std::map<std::string, NamedTensor> changed_{};
  ChangedCheckpoint result_{};
};

}  // namespace detail

/// The state with its batch norms folded into the layers that they belong to, in real numbers; layers without a bias
/// get one.
inline ChangedCheckpoint fold_batch_norms(const NamedTensors& source, const CheckpointOptions& options = {}) {
  return detail::CheckpointChange(source, options).fold_only();
}

/// The state with whole numbers, as the vendor's tool for checkpoints writes it: batch norms folded, weights of `bits`
/// bits, biases in units of 2^(bits - 1), shifts and widths beside them.
inline ChangedCheckpoint quantised_checkpoint(const NamedTensors& source, const CheckpointOptions& options = {}) {
  return detail::CheckpointChange(source, options).quantise();
}

}  // namespace incuse::import
