// The layers with weights of a network type, as a text that the program `incuse` reads: all that it has to know of the
// type to write its parameters. Docs: parameters.md.
#pragma once

#include <string>
#include <string_view>

#include <incuse/hosted/strings.hpp>
#include <incuse/model/parameter_rules.hpp>

namespace incuse {

namespace detail {

/// A text in double quotes, as YAML and JSON have it.
inline std::string quoted_text(std::string_view text) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    if (byte < ' ' || byte == 127)
      out.append("\\x").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
    else
      out += c;
  }
  return out + '"';
}

/// Words for operators with weights; import/weight_layers.hpp reads them.
constexpr const char* operator_word(Operator op) {
  switch (op) {
    case Operator::conv1d:
      return "conv1d";
    case Operator::conv2d:
      return "conv2d";
    case Operator::conv_transpose2d:
      return "conv_transpose2d";
    case Operator::linear:
      return "linear";
    case Operator::none:
      break;
  }
  return "none";
}

}  // namespace detail

/// The layers of an inferred network that have trained weights, in order: names, shapes of the weights as this library
/// has them (docs/parameters.md), bits, and whether there is a bias. `incuse weights` reads the text.
template <int N>
std::string weight_layers_text(const Graph<N>& graph) {
  std::string text = "# The layers with weights of a network type, for `incuse weights`.\nlayers:\n";
  for (int i = 0; i < graph.size; ++i) {
    const Layer& layer = graph[i];
    if (!layer.trained()) continue;
    const Quantity shape = parameter::weight_shape(layer);
    std::string sizes;
    for (int k = 0; k < shape.count; ++k) sizes += (k > 0 ? ", " : "") + std::to_string(shape.values[k]);
    text += "- {name: " + detail::quoted_text(string_of(layer.name)) +
            ", operator: " + detail::operator_word(layer.op) + ", weights: [" + sizes + "]";
    if (layer.groups != 1) text += ", groups: " + std::to_string(layer.groups);
    if (layer.binary_weights)
      text += ", bits: binary";
    else
      text += ", bits: " + std::to_string(layer.weight_bits);
    text += std::string(", bias: ") + (layer.bias || layer.batch_norm ? "true" : "false");
    if (layer.output_shift != 0) text += ", shift: " + std::to_string(layer.output_shift);
    text += "}\n";
  }
  return text;
}

}  // namespace incuse
