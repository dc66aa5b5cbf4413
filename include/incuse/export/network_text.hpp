// A network type for the K210 as a text that the program `incuse` reads: all of its layers, so that the program can run
// the network in real numbers, and choose the ranges of its parameters. Docs: k210.md.
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <incuse/export/weight_layers.hpp>
#include <incuse/hosted/layer_fields.hpp>
#include <incuse/hosted/strings.hpp>

namespace incuse {

namespace detail {

/// "3", or "[3, 3]".
template <class Pointers, class Spell>
std::string field_list(const Pointers& values, Spell spell) {
  std::string text;
  for (const auto* value : values) text += (text.empty() ? "" : ", ") + std::string(spell(*value));
  return values.size() == 1 ? text : '[' + text + ']';
}

/// Spells the members of a layer.
class LayerFieldTexts {
 public:
  explicit LayerFieldTexts(Layer layer) { visit_layer_fields(layer, *this); }

  void numbers(const char* word, const Numbers& values, int, int) {
    add(word, field_list(values, [](int value) { return std::to_string(value); }));
  }
  void flags(const char* word, const std::vector<bool*>& values) {
    add(word, field_list(values, [](bool value) { return value ? "true" : "false"; }));
  }
  template <class Choice>
  void choice(const char* word, Choice value) {
    add(word, std::string(row_of(words_for(value), value).word));
  }
  void real(const char* word, float value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.9g", static_cast<double>(value));
    add(word, text);
  }
  /// A function that the library does not have is written as such, and refused when it is read.
  void function(const char* word, float (*value)(float)) {
    std::string_view name = value == nullptr ? "none" : "unknown";
    for (const NamedFunction& known : named_functions())
      if (known.function == value) name = known.name;
    add(word, quoted_text(name));
  }

  const std::vector<std::pair<std::string, std::string>>& rows() const { return rows_; }

 private:
  void add(const char* word, std::string text) { rows_.emplace_back(word, std::move(text)); }

  std::vector<std::pair<std::string, std::string>> rows_{};
};

/// The members of layer `index` that are not as in a new one.
inline std::string network_text_row(const Layer& layer, int index) {
  std::string text = "- {name: " + quoted_text(string_of(layer.name));
  Sources usual;
  usual.push(index - 1);
  if (!(layer.sources == usual)) {
    std::string sources;
    for (const int source : layer.sources) sources += (sources.empty() ? "" : ", ") + std::to_string(source);
    text += ", sources: [" + sources + ']';
  }
  const LayerFieldTexts own(layer), blank(Layer{});
  for (std::size_t i = 0; i < own.rows().size(); ++i)
    if (own.rows()[i] != blank.rows()[i]) text += ", " + own.rows()[i].first + ": " + own.rows()[i].second;
  return text + "}\n";
}

}  // namespace detail

/// An inferred network for the K210, layer by layer, in YAML. Source -1 is the network's input. What only the MAX7800x
/// family has (early exits, rolling buffers, places) is not written. `incuse weights` reads the text.
template <int N>
std::string network_text(const Graph<N>& graph) {
  const Shape& in = graph.input;
  std::string text = "# A network type for the K210, for `incuse weights`.\ndevice: K210\ninput: [" +
                     std::to_string(in.channels) + ", " + std::to_string(in.height) + ", " + std::to_string(in.width) +
                     "]\n";
  if (graph.real_input) text += "real_input: true\n";
  text += "layers:\n";
  for (int i = 0; i < graph.size; ++i) text += detail::network_text_row(graph[i], i);
  return text;
}

}  // namespace incuse
