// C++ source of a kmodel: a header with the network as a type, its tables, and the deployment. It needs neither the
// model file nor a runtime of the K210's vendor.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <incuse/export/cpp_network.hpp>
#include <incuse/export/cpp_words.hpp>
#include <incuse/hosted/filled.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/k210/cpu/cpu_step.hpp>
#include <incuse/k210/kmodel/kmodel.hpp>

namespace incuse::cpp {

/// A header, or the reasons why there is none.
struct KmodelSource {
  std::string text{};
  std::vector<std::string> errors{};  ///< one for each node that is refused

  bool ok() const { return errors.empty(); }
  /// All of them, one a line.
  std::string error() const {
    std::string lines;
    for (const std::string& one : errors) lines += (lines.empty() ? "" : "\n") + one;
    return lines;
  }
};

namespace detail {

inline constexpr const char* kmodel_header = R"(
// A model of the K210, imported from a kmodel.
#pragma once

@includes@
// clang-format off
namespace @name@ {

namespace tables {

@arrays@}  // namespace tables

namespace types {
@using@
@types@}  // namespace types
using types::Net;

struct parameters {
@layers@@cpu@};

using Chip = incuse::Deployment<Net, incuse::k210_kpu, parameters>;

@outputs@}  // namespace @name@
// clang-format on
)";

/// A layer of the KPU, with the names of its arrays.
inline constexpr const char* kpu_layer_row = R"(
      {.name = @layer@, .pad_value = @pad_value@, .arg_x = @arg_x@, .shr_x = @shr_x@, .arg_w = @arg_w@, .shr_w = @shr_w@,
       .arg_add = @arg_add@, .weights = @weights@, .batch_norm = @batch_norm@, .activation = &tables::@name@_activation},
)";

/// Writes the network of a model, and the tables of those nodes that have any.
template <class Network>
class KmodelWriter {
 public:
  KmodelWriter(const k210::Kmodel& model, const Network& network) : model_(model), network_(network) {}

  KmodelSource write(const std::string& name) {
    for (int i = 0; i < network_.graph.size; ++i) add_tables_of(i);
    const NetworkSource types = network_struct("Net", network_.graph);
    for (const std::string& error : types.errors) refuse(error);
    return result_.ok() ? finished(name, types.text) : result_;
  }

 private:
  void refuse(const std::string& reason) { result_.errors.push_back(reason); }
  /// Several layers may be made of one node, as of a convolution with pooling. Those with numbers of their own have
  /// these; of the others, helpers left out, the first one has the node's tables.
  void add_tables_of(int layer) {
    const auto index = static_cast<std::size_t>(layer);
    const auto& numbers = network_.numbers[index];
    name_ = network_.names[index];
    if (numbers.given) return add_numbers(numbers);
    for (std::size_t before = index; before-- > 0 && network_.nodes[before] == network_.nodes[index];)
      if (!network_.numbers[before].given && !network_.numbers[before].helper) return;
    if (!numbers.helper) visit_node(model_, network_.nodes[index], [&](const auto& kind) { add(kind); });
  }

  // Literals.
  std::string real(float value) {
    if (!std::isfinite(value)) refuse(name_ + " has a number that is not finite");
    char text[32];
    std::snprintf(text, sizeof text, "%.9g", static_cast<double>(value));
    std::string number = text;
    if (number.find_first_of(".en") == std::string::npos) number += ".0";
    return number + 'f';
  }
  std::string scale(float factor, float bias) { return '{' + real(factor) + ", " + real(bias) + '}'; }
  static std::string scale(const k210::IntegerScale& scale) {
    return '{' + whole(scale.offset) + ", " + whole(scale.multiplier) + ", " + whole(scale.shift) + '}';
  }
  static std::string quoted(std::string_view word) { return '"' + std::string(word) + '"'; }

  /// Values of an array, so many on a line.
  template <class Text>
  static std::string values(std::size_t count, std::size_t on_a_line, const Text& text) {
    std::string lines;
    for (std::size_t i = 0; i < count; ++i) lines += (i % on_a_line == 0 ? "\n    " : " ") + text(i) + ',';
    return lines + '\n';
  }

  // Arrays. Each function returns the text that refers to its array in a row of the tables.
  std::string array(const std::string& part, const std::string& type, const std::string& values) {
    arrays_ += "inline constexpr " + type + ' ' + name_ + '_' + part + "[] = {" + values + "};\n\n";
    return "tables::" + name_ + '_' + part;
  }
  std::string bytes(const std::string& part, std::string_view bytes, int alignment) {
    std::string values;
    arrays_ += "alignas(" + std::to_string(alignment) + ") inline constexpr " +
               byte_array("unsigned char", name_ + '_' + part, bytes, "    ", &values);
    return "{tables::" + values + ", " + std::to_string(bytes.size()) + '}';
  }
  static std::string_view view_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
  }
  std::string reals(const std::string& part, const k210::NumberList<float>& list) {
    return array(part, "float", values(list.size, 8, [&](std::size_t i) { return real(list[i]); }));
  }

  // Numbers of a layer of the processor as its type takes them: they are computed from those of its node.
  template <class Numbers>
  void add_numbers(const Numbers& numbers) {
    std::string fields = ".name = " + quoted(name_);
    const auto add_field = [&](const std::string& field, const std::string& value) {
      fields += ", ." + field + " = " + value;
    };
    const auto add_list = [&](const char* part, const std::vector<float>& list) {
      if (!list.empty())
        add_field(part, array(part, "float", values(list.size(), 8, [&](std::size_t i) { return real(list[i]); })));
    };
    const auto add_bytes = [&](const char* part, const std::vector<std::uint8_t>& list) {
      if (!list.empty()) add_field(part, bytes(part, view_of(list.data(), list.size()), 1));
    };
    const k210::LinearScale& code = numbers.code;
    if (code.scale != 1.0f || code.zero_point != 0)
      add_field("code", '{' + real(code.scale) + ", 0.0f, " + std::to_string(code.zero_point) + '}');
    const k210::SumScales& sum = numbers.sum;
    if (sum_differs(sum)) add_field("sum", '{' + scale(sum.a) + ", " + scale(sum.b) + ", " + scale(sum.out) + '}');
    add_list("weights", numbers.weights);
    add_list("bias", numbers.bias);
    if (numbers.nncase) add_field("rounding", "incuse::k210::Rounding::nncase");
    add_bytes("codes", numbers.codes);
    if (!numbers.sums.empty())
      add_field("sums", array("sums", "std::int32_t",
                              values(numbers.sums.size(), 8, [&](std::size_t i) { return whole(numbers.sums[i]); })));
    if (!numbers.sums.empty())
      add_field("terms", '{' + whole(numbers.terms.pixel_term) + ", " + whole(numbers.terms.weight_term) + ", " +
                             scale(numbers.terms.scale) + '}');
    add_bytes("program", numbers.program);
    if (numbers.added != 0.0f || std::signbit(numbers.added)) add_field("added", real(numbers.added));
    cpu_rows_ += "      {" + fields + "},\n";
  }
  static bool sum_differs(const k210::SumScales& sum) {
    const auto plain = [](const k210::IntegerScale& s) { return s.offset == 0 && s.multiplier == 1 && s.shift == 0; };
    return !plain(sum.a) || !plain(sum.b) || !plain(sum.out);
  }
  /// The least int has no literal of its own.
  static std::string whole(std::int32_t value) {
    return value == INT32_MIN ? "-2147483647 - 1" : std::to_string(value);
  }

  // Tables of the layers that run on the CPU; most have none.
  template <class Node>
  void add(const Node&) {}
  void add_row(const std::string& field, const std::string& value) {
    cpu_rows_ += "      {.name = " + quoted(name_) + ", ." + field + " = " + value + "},\n";
  }
  void add(const k210::kmodel3::Quantize& node) { add_row("code", scale(node.code.scale, node.code.bias)); }
  void add(const k210::kmodel3::Dequantize& node) { add_row("code", scale(node.code.scale, node.code.bias)); }
  void add(const k210::kmodel3::ChannelwiseDequantize& node) {
    const auto channel = [&](std::size_t c) { return scale(node.codes[2 * c], node.codes[2 * c + 1]); };
    add_row("channels", array("channels", "incuse::k210::LinearScale", values(node.channels, 3, channel)));
  }
  void add(const k210::kmodel3::Requantize& node) {
    add_row("table", bytes("table", view_of(node.table.data, node.table.size), 1));
  }
  void add(const k210::kmodel3::QuantizedAdd& node) {
    add_row("sum", '{' + scale(node.a_scale) + ", " + scale(node.b_scale) + ", " + scale(node.out_scale) + '}');
  }
  /// (code - zero point) * (1 / scale). The bias is -0.0: adding it changes no number, not even the sign of a zero.
  void add(const k210::kmodel4::Dequantize& node) {
    add_row("code", '{' + real(1.0f / node.scale) + ", -0.0f, " + std::to_string(node.zero_point) + '}');
  }
  void add(const k210::kmodel4::TableLookUp& node) {
    add_row("table", bytes("table", view_of(model_.constants.data + node.table.start, k210::highest_code + 1), 1));
  }
  void add(const k210::kmodel3::FullyConnected& node) {
    const std::string weights = reals("weights", node.weights);
    add_row("weights", weights + ", .bias = " + reals("bias", node.bias));
  }

  // Tables of the KPU's layers.
  void add(const k210::kmodel3::Conv& node) { add_layer(node.tables); }
  void add(const k210::kmodel4::KpuConv& node) { add_layer(node.tables); }
  void add_layer(const k210::KpuTables& tables) {
    const k210::KpuLayer layer = layer_of(decode(tables.words), 1);
    const k210::Alignments& alignment = k210_kpu.alignment;
    const std::string weights = bytes("weights", view_of(tables.weights.data, tables.weights.size), alignment.weights);
    arrays_ += "alignas(" + std::to_string(alignment.batch_norm) + ") ";
    const std::string batch_norm =
        array("batch_norm", "std::uint64_t", values(tables.batch_norm.size / 8, 6, [&](std::size_t o) {
                // Unused bits are garbage in files: encoding the entry again clears them.
                const auto entry = encode(k210::decode_batch_norm(k210::load_word(tables.batch_norm.data + 8 * o)));
                char word[32];
                std::snprintf(word, sizeof word, "0x%llx", static_cast<unsigned long long>(entry));
                return std::string(word);
              }));
    const k210::ActivationBytes activation = encode(k210::decode_activation(tables.activation.data));
    arrays_ += "alignas(" + std::to_string(alignment.activation) + ") inline constexpr incuse::k210::ActivationBytes " +
               name_ + "_activation{{" +
               values(k210::activation_bytes, 24, [&](std::size_t i) { return std::to_string(activation.bytes[i]); }) +
               "}};\n\n";
    layer_rows_ += filled(kpu_layer_row, {{"layer", quoted(name_)},
                                          {"pad_value", layer.pad_value},
                                          {"arg_x", layer.arg_x},
                                          {"shr_x", layer.shr_x},
                                          {"arg_w", layer.arg_w},
                                          {"shr_w", layer.shr_w},
                                          {"arg_add", layer.arg_add},
                                          {"weights", weights},
                                          {"batch_norm", batch_norm},
                                          {"name", name_}});
  }

  // The header.
  template <class Condition>
  bool any_layer(const Condition& condition) const {
    for (int i = 0; i < network_.graph.size; ++i)
      if (condition(network_.graph[i])) return true;
    return false;
  }
  std::string includes() const {
    std::vector<std::string> headers{"k210/tables/table_networks.hpp"};
    if (any_layer([](const Layer& layer) { return layer.activation == Activation::function; }))
      headers.emplace_back("model/activations.hpp");
    if (any_layer([](const Layer& layer) { return layer.software != Software::none; }))
      headers.emplace_back("model/software.hpp");
    return "#include <cstdint>\n\n" + cpp::include_lines(headers, cpp::single_headers_of_k210);
  }
  static std::string rows(const std::string& type, const std::string& name, const std::string& rows) {
    if (rows.empty()) return {};
    return "  static constexpr incuse::k210::" + type + ' ' + name + "[] = {\n" + rows + "  };\n";
  }
  /// The model's outputs, in its order.
  std::string outputs() const {
    const auto layers = output_layers(network_.graph);
    std::string numbers, comments;
    for (int output : network_.outputs) {
      const int layer = layers[output];
      const Shape shape = network_.graph[layer].out;
      comments += "///   " + network_.names[static_cast<std::size_t>(layer)] + ": " + text_of(shape, " x ") + '\n';
      numbers += (numbers.empty() ? "" : ", ") + std::to_string(output);
    }
    return "/// The model's outputs, in its order: their numbers among Chip::image.outputs.\n" + comments +
           "inline constexpr int outputs[] = {" + numbers + "};\n\n";
  }
  KmodelSource finished(const std::string& name, const std::string& types) {
    result_.text = filled(kmodel_header, {{"includes", includes()},
                                          {"name", name},
                                          {"arrays", arrays_},
                                          {"using", using_declarations(types, "Net")},
                                          {"types", types},
                                          {"layers", rows("LayerTables", "table_layers", layer_rows_)},
                                          {"cpu", rows("CpuTables", "cpu_tables", cpu_rows_)},
                                          {"outputs", outputs()}});
    return result_;
  }

  const k210::Kmodel& model_;
  const Network& network_;
  KmodelSource result_{};
  std::string name_{};  ///< of the layer that is being written
  std::string arrays_{}, layer_rows_{}, cpu_rows_{};
};

}  // namespace detail

/// A header that defines, in namespace `name`: Net, parameters, Chip (the deployment on a K210) and the order of the
/// outputs. The model comes from the reader, which has checked it, and its network from `network_of`
/// (import/kmodel_graph.hpp), which also says why there is none; `name` is an identifier.
template <class Network>
KmodelSource kmodel_source(const k210::Kmodel& model, const Network& network, const std::string& name) {
  if (!network.ok()) return {{}, network.errors};
  return detail::KmodelWriter(model, network).write(name);
}

}  // namespace incuse::cpp
