// What the files of a C project have in common: the network, the names in them, and how tables are written. See
// max7800x_c_source.hpp.
#pragma once

#include <cctype>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <incuse/hosted/filled.hpp>
#include <incuse/hosted/regions.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/input.hpp>
#include <incuse/max7800x/unload.hpp>
#include <incuse/model/parameters.hpp>

namespace incuse::c_source {

/// A file of a project.
struct File {
  std::string name{};
  std::string text{};
};

/// An input and the outputs of all layers for it, in C x H x W order.
struct Sample {
  std::vector<int> input{};
  std::vector<std::vector<int>> outputs{};  ///< one for every layer
  std::vector<int> expected{};              ///< layers whose outputs an inference of it writes; empty: all outputs
};

/// Names in the generated files.
struct Naming {
  std::string prefix{};  ///< of files, functions and macros; empty: the vendor generator's own names, such as cnn.c
  std::string title{};   ///< of the network, for comments and the program's output
};

namespace detail {

inline std::string hex(std::uint32_t value) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08xu", static_cast<unsigned>(value));
  return text;
}

/// The text without characters that could end a comment or a string literal: all but letters, digits, - and spaces
/// become _.
inline std::string harmless(const std::string& text) {
  std::string kept;
  for (char c : text)
    kept += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == ' ' ? c : '_';
  return kept;
}

inline std::string upper_case(const std::string& text) {
  std::string upper;
  for (char c : text) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return upper;
}

/// #define NAME { value, ... }, eight values a line.
template <class Values>
std::string table(const std::string& name, const Values& values, bool words) {
  std::string text = "#define " + name + " { \\\n";
  int column = 0;
  for (const auto value : values) {
    char number[16];
    std::snprintf(number, sizeof number, words ? "0x%08x" : "0x%02x", static_cast<unsigned>(value));
    text += column == 0 ? "  " : " ";
    text += number;
    text += ',';
    if (++column == 8) {
      text += " \\\n";
      column = 0;
    }
  }
  if (column != 0) text += " \\\n";
  return text + "}\n\n";
}

/// What a project is made of.
template <int N>
struct Project {
  Project(const Graph<N>& network, const max7800x::Plan<N>& planned, const max7800x::Device& chip,
          const max7800x::Options& chosen, Parameters values, const Sample& example, const Naming& naming)
      : graph(network),
        plan(planned),
        device(chip),
        options(chosen),
        parameters(values),
        sample(example),
        title(harmless(naming.title)),
        prefix(naming.prefix.empty() ? "" : naming.prefix + "_"),
        macro_prefix(upper_case(prefix)),
        layout(max7800x::input_layout(network, planned)) {
    const auto value = [&](int i) { return sample.input[static_cast<std::size_t>(i)]; };
    KeptRegions kept;
    if (options.uses_fifo())
      max7800x::emit_fifo_input(layout, device, options, value, kept);
    else
      max7800x::emit_input(layout, device, value, kept);
    input = std::move(kept.regions);
  }

  const Graph<N>& graph;
  const max7800x::Plan<N>& plan;
  const max7800x::Device& device;
  const max7800x::Options& options;
  Parameters parameters;
  const Sample& sample;
  std::string title;
  std::string prefix;
  std::string macro_prefix;
  max7800x::TensorLayout layout;  ///< of the input
  std::vector<Region> input{};

  const Layer& last() const { return graph[graph.size - 1]; }
  /// Number of the early exit that the sample takes; -1: none.
  int sample_exit() const {
    return find_exit_taken(graph, [this](int layer) { return sample.outputs[static_cast<std::size_t>(layer)][0]; });
  }
  /// The outputs that an inference of the sample writes.
  BoundedList<int, N> sample_outputs() const {
    BoundedList<int, N> written;
    for (int layer : sample.expected) written.push(layer);
    if (!written.empty()) return written;
    const int last_run = last_layer_with_exit(graph, sample_exit());
    for (int layer : output_layers(graph))
      if (layer <= last_run) written.push(layer);
    return written;
  }
  /// True if the last layer yields one 32-bit value for every class.
  bool classifies() const { return last().wide && last().out.pixels() == 1 && !max7800x::unloads_bytes(graph); }

  std::string macro(const std::string& name) const { return macro_prefix + name; }
  static std::string input_name(std::size_t i) { return "SAMPLE_INPUT_" + std::to_string(i); }
  /// " (conv3)"; empty for a layer without a name.
  std::string layer_name(int hardware_layer) const {
    const std::string name = harmless(string_of(graph[hardware_layer % graph.size].name));
    return name.empty() ? "" : " (" + name + ")";
  }

  /// A text with its holes filled; @prefix@ and @PREFIX@ begin the names of functions and of macros.
  std::string text(std::string_view with_holes, std::vector<Filling> fillings = {}) const {
    if (has_hole(with_holes, "prefix")) fillings.emplace_back("prefix", prefix);
    if (has_hole(with_holes, "PREFIX")) fillings.emplace_back("PREFIX", macro_prefix);
    return filled(with_holes, fillings);
  }
  std::string banner(const std::string& what) const {
    return "/* " + title + " on a " + string_of(device.name) + ": " + what + ". Written by Incuse. */\n";
  }
  std::string include_guard(const std::string& name, const std::string& inside) const {
    return "#ifndef " + macro(name) + "\n#define " + macro(name) + "\n\n" + inside + "#endif /* " + macro(name) +
           " */\n";
  }
  /// A function that returns CNN_OK at its end.
  std::string function(const std::string& name, const std::string& inside,
                       const std::string& arguments = "void") const {
    return "int " + prefix + name + "(" + arguments + ")\n{\n" + inside + "  return CNN_OK;\n}\n\n";
  }
};

}  // namespace detail
}  // namespace incuse::c_source
