// Parameters of signed bytes from a network's loaded tensors: whole numbers as they are, others quantised. Source:
// max7800x-training, sections 7 and 9.4; docs/parameters.md.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/load.hpp>
#include <incuse/import/quantiser.hpp>
#include <incuse/import/trained_layers.hpp>
#include <incuse/model/parameter_rules.hpp>

namespace incuse::import {

/// Parameters with their storage, in the order of a network's layers with weights: what executors, deployments at run
/// time and the writer of headers take. Can be moved; the view has to be taken anew then.
class StoredParameters {
 public:
  StoredParameters() = default;
  explicit StoredParameters(TrainedLayers layers) : trained_(std::move(layers)) {
    for (const TrainedLayer& layer : trained_.layers) list_.push_back(view_of(layer));
  }
  StoredParameters(StoredParameters&&) = default;
  StoredParameters& operator=(StoredParameters&&) = default;

  bool ok() const { return trained_.ok(); }
  const std::vector<std::string>& errors() const { return trained_.errors; }
  /// Warnings of the rules about parameters, and what was not used of the source.
  const std::vector<std::string>& notes() const { return notes_; }
  const std::vector<TrainedLayer>& layers() const { return trained_.layers; }
  Parameters parameters() const { return {list_.data(), static_cast<int>(list_.size())}; }

  void add_error(std::string line) { trained_.errors.push_back(std::move(line)); }
  void add_note(std::string line) { notes_.push_back(std::move(line)); }
  /// What the rules of deployments say; nothing if there are errors already.
  template <int N>
  void add_findings_of(const Graph<N>& graph) {
    if (!ok()) return;
    for (const Finding& finding : check_parameters(graph, parameters())) {
      const std::string sentence = string_of(sentence_of(finding, "the network"));
      finding.rule->severity == Severity::error ? add_error(sentence) : add_note(sentence);
    }
  }

 private:
  static LayerParameters view_of(const TrainedLayer& layer) {
    LayerParameters own;
    own.name = {layer.name.data(), static_cast<int>(layer.name.size())};
    own.weight.bytes = layer.weight.data();
    own.weight.count = static_cast<long long>(layer.weight.size());
    for (const int size : layer.weight_shape)
      if (own.weight.rank < 4) own.weight.dimensions[own.weight.rank++] = size;
    if (!layer.bias.empty()) {
      own.bias.bytes = layer.bias.data();
      own.bias.count = static_cast<long long>(layer.bias.size());
      own.bias.dimensions[own.bias.rank++] = static_cast<int>(layer.bias.size());
    }
    own.output_shift = layer.output_shift.value_or(0);
    return own;
  }

  TrainedLayers trained_{};
  std::vector<LayerParameters> list_{};
  std::vector<std::string> notes_{};
};

/// Whether a layer looks like one of a quantised checkpoint: all of its weights are whole numbers, and one is not 0.
inline bool is_quantised(const LoadedLayer& layer) {
  bool all_zero = true;
  for (const float weight : layer.weight) {
    if (weight != std::floor(weight) || std::fabs(weight) > 128) return false;
    all_zero = all_zero && weight == 0;
  }
  return !all_zero;
}

namespace detail {

/// Turns the layers of one network into bytes.
template <int N>
class LayerBytes {
 public:
  LayerBytes(const Graph<N>& graph, const LoadedLayers& loaded, const QuantiserOptions& options)
      : graph_(graph), loaded_(loaded), options_(options) {}

  StoredParameters make() {
    result_.errors = loaded_.errors;
    const std::vector<LoadedLayer>& all = loaded_.layers;
    const bool whole = std::any_of(all.begin(), all.end(), is_quantised);
    if (whole) tell_guess();
    for (const LoadedLayer& layer : all) add(layer, whole);
    StoredParameters stored(std::move(result_));
    for (const std::string& note : loaded_.notes) stored.add_note(note);
    for (const std::string& note : notes_) stored.add_note(note);
    stored.add_findings_of(graph_);
    return stored;
  }

 private:
  /// That nothing but the numbers themselves tells that they are quantised.
  void tell_guess() {
    for (const LoadedLayer& layer : loaded_.layers)
      if (layer.weight_bits || layer.output_shift) return;
    notes_.push_back(
        "the weights are whole numbers and are taken as quantised, in steps of the chip, though no tensor "
        "weight_bits or output_shift says so");
  }

  std::string about(const LoadedLayer& layer, const std::string& reason) const {
    TextBuffer<100> words;
    append_layer(words, layer.layer, graph_[layer.layer].name);
    return string_of(words) + ": " + reason;
  }
  void refuse(const LoadedLayer& layer, const std::string& reason) { result_.errors.push_back(about(layer, reason)); }

  void add(const LoadedLayer& layer, bool whole) {
    const Layer& own = graph_[layer.layer];
    TrainedLayer trained;
    trained.name = layer.name;
    trained.weight_shape = layer.shape;
    trained.weight_bits = own.weight_bits;
    if (layer.weight_bits && *layer.weight_bits != own.weight_bits && !own.binary_weights)
      return refuse(layer, "its tensors are of " + std::to_string(*layer.weight_bits) + " bits, its weights of " +
                               std::to_string(own.weight_bits) + ": give the layer bits<" +
                               std::to_string(*layer.weight_bits) + ">");
    if (own.binary_weights && !whole)
      return refuse(layer, "its weights are binary, -1 and 1: they have to be quantised already");
    if (whole ? take_whole(layer, trained) : quantise(layer, trained)) result_.layers.push_back(std::move(trained));
  }

  bool quantise(const LoadedLayer& layer, TrainedLayer& trained) {
    const int bits = graph_[layer.layer].weight_bits;
    QuantisedLayer made =
        quantised_layer(layer.weight, layer.bias, layer.shape[0], bits, layer.shift_quantile.value_or(1), options_);
    for (const std::string& text : bias_notes(made, layer.bias)) notes_.push_back(about(layer, text));
    trained.weight = std::move(made.weight);
    trained.bias = std::move(made.bias);
    trained.output_shift = made.output_shift;
    return true;
  }

  bool take_whole(const LoadedLayer& layer, TrainedLayer& trained) {
    const int bits = layer.weight_bits.value_or(graph_[layer.layer].weight_bits);
    trained.output_shift = layer.output_shift.value_or(0);
    const int most = QuantiserLimits{}.most_shift, shift = *trained.output_shift + 8 - bits;
    if (shift < -most || shift > most) {
      refuse(layer, "its output shift, with 8 less the " + std::to_string(bits) + " weight bits added, is " +
                        std::to_string(shift) + ", and the chip's are from -" + std::to_string(most) + " to " +
                        std::to_string(most));
      return false;
    }
    const float unit = std::ldexp(1.0F, bits - 1);
    if (!read(layer, layer.weight, 1, "a weight", trained.weight) ||
        !read(layer, layer.bias, unit, "a bias", trained.bias))
      return false;
    tell_rounded(layer, unit);
    return true;
  }
  /// Biases of quantised sources are in units of 2^(bits - 1).
  void tell_rounded(const LoadedLayer& layer, float unit) {
    const auto rounded = std::count_if(layer.bias.begin(), layer.bias.end(),
                                       [&](float bias) { return bias / unit != std::floor(bias / unit); });
    if (rounded > 0)
      notes_.push_back(
          about(layer, std::to_string(rounded) + " of its " + std::to_string(layer.bias.size()) +
                           (layer.bias.size() == 1 ? " bias is no multiple of " : " biases are no multiples of ") +
                           number(unit) + ", the unit of a quantised source: rounded down"));
  }
  /// Divided by `divisor` toward minus infinity.
  bool read(const LoadedLayer& layer, const std::vector<float>& values, float divisor, const char* what,
            std::string& bytes) {
    for (const float value : values) {
      const float byte = std::floor(value / divisor);
      if (value != std::floor(value)) {
        refuse(layer, std::string(what) + " is " + number(value) +
                          ", but other layers have whole numbers only: " + "the source is quantised in part");
        return false;
      }
      if (byte < -128 || byte > 127) {
        refuse(layer, std::string(what) + " is " + number(value) + ", which does not fit a signed byte" +
                          (divisor > 1 ? " when divided by " + number(divisor) : std::string()));
        return false;
      }
      bytes += static_cast<char>(static_cast<int>(byte));
    }
    return true;
  }
  static std::string number(float value) {
    char text[32];
    std::snprintf(text, sizeof text, "%g", static_cast<double>(value));
    return text;
  }

  const Graph<N>& graph_;
  const LoadedLayers& loaded_;
  const QuantiserOptions& options_;
  TrainedLayers result_{};
  std::vector<std::string> notes_{};
};

}  // namespace detail

/// The parameters of a network: the whole numbers of a quantised source as they are, real ones quantised to the layers'
/// bits. They are checked by the rules of deployments. Errors of `loaded` are passed on.
template <int N>
StoredParameters quantise(const Graph<N>& graph, const LoadedLayers& loaded, const QuantiserOptions& options = {}) {
  return detail::LayerBytes<N>(graph, loaded, options).make();
}

}  // namespace incuse::import
