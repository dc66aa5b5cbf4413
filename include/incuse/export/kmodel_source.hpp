// C++ source of a kmodel: a header with the network as a type, its tables, and the deployment. What it needs of the
// K210's vendor is nothing: no file, no runtime.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <incuse/export/cpp_source.hpp>
#include <incuse/k210/kmodel.hpp>

namespace incuse::cpp {

/// A header, or the reason why there is none.
struct KmodelSource {
  std::string text{};
  std::string error{};  ///< empty if all is well

  bool ok() const { return error.empty(); }
};

namespace detail {

/// Poolings of the KPU as the layer in front of the next one, in the order of KpuPool.
inline constexpr const char* pool_texts[k210::pool_types] = {"",
                                                             "MaxPool2d<2>",
                                                             "AvgPool2d<2>",
                                                             "MaxPool2d<4>",
                                                             "AvgPool2d<4>",
                                                             "Subsample2d<2>",
                                                             "Subsample2d<2, pick_column<1>>",
                                                             "Subsample2d<4>",
                                                             "AvgPool2d<2, stride<1>, same_padding>",
                                                             "MaxPool2d<2, stride<1>, same_padding>"};

/// Writes models of version 3 that are a chain of layers of the KPU and end with numbers made of the last one's codes.
class KmodelWriter {
 public:
  explicit KmodelWriter(const k210::Kmodel& model) : model_(model) {}

  KmodelSource write(const std::string& name) {
    if (model_.version != 3) return refuse("only kmodels of version 3 can become a header");
    if (!model_.eight_bit_weights) return refuse("only 8-bit weights can become a header");
    for (int i = 0; i < model_.node_count && result_.ok(); ++i)
      visit_node(k210::kmodel3::Kinds{}, model_, i, [&](const auto& node) { add(i, node); });
    if (!result_.ok()) return result_;
    if (convolutions_ == 0) return refuse("the model has no layer of the KPU");
    if (output_.empty()) return refuse("the model does not end with floats made of the last layer's codes");
    finish(name);
    return result_;
  }

 private:
  static std::string real(float value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.9g", static_cast<double>(value));
    std::string number = text;
    if (number.find_first_of(".en") == std::string::npos) number += ".0";
    return number + 'f';
  }
  static std::string_view bytes_of(const k210::Bytes& bytes) {
    return {reinterpret_cast<const char*>(bytes.data), bytes.size};
  }

  KmodelSource refuse(const std::string& reason) {
    result_ = {{}, reason};
    return result_;
  }
  void refuse(int node, Text name, const std::string& reason) {
    refuse("node " + std::to_string(node) + " (" + std::string(name.data, static_cast<std::size_t>(name.size)) +
           "): " + reason);
  }

  template <class Node>
  void add(int index, const Node&) {
    refuse(index, Node::name, "headers have no such layer");
  }

  void add(int index, const k210::kmodel3::Conv& node) {
    const k210::LayerArguments arguments = decode(node.tables.words);
    const k210::KpuLayer layer = layer_of(arguments, 1);
    const bool continues = convolutions_ == 0 || (arguments.image_src_addr == next_line_ && layer.in == next_shape_);
    if (!continues || codes_bytes_ > 0 || !output_.empty())
      return refuse(index, node.name, "it does not continue the chain of layers");
    if (convolutions_ == 0) input_ = layer.in;
    next_line_ = arguments.image_dst_addr;
    next_shape_ = layer.out();
    if (node.to_main()) {
      codes_start_ = node.main_out;
      codes_bytes_ = static_cast<std::uint32_t>(layer.out().elements());
    }
    add_type(layer);
    add_tables(node.tables, layer);
    ++convolutions_;
  }
  void add(int index, const k210::kmodel3::Dequantize& node) {
    end_with(index, node.name, node.in, node.count, scale_text(node.code.scale, node.code.bias));
  }
  void add(int index, const k210::kmodel3::ChannelwiseDequantize& node) {
    std::string scales;
    for (std::size_t c = 0; c < node.channels; ++c) scales += scale_text(node.codes[2 * c], node.codes[2 * c + 1]);
    end_with(index, node.name, node.in, std::uint64_t{node.channels} * node.pixels, scales);
  }
  static std::string scale_text(float scale, float bias) { return "    {" + real(scale) + ", " + real(bias) + "},\n"; }
  void end_with(int index, Text name, std::uint32_t in, std::uint64_t count, const std::string& text) {
    if (!output_.empty() || codes_bytes_ == 0 || in != codes_start_ || count != codes_bytes_)
      return refuse(index, name, "it does not read the output of the last layer of the KPU");
    output_ = text;
  }

  /// Pooling stands in front of the next layer in the model language.
  void add_type(const k210::KpuLayer& layer) {
    const std::string as = "as<\"conv" + std::to_string(convolutions_) + "\">>";
    const std::string kernel = layer.kernel == 3 ? "kernel<3>, pad<1>, " : "kernel<1>, ";
    const std::string own =
        (layer.depthwise ? "DepthwiseConv2d<" : "Conv2d<" + std::to_string(layer.out_channels) + ", ") + kernel + as;
    types_ += ",\n    " + (pool_.empty() ? own : "Fused<" + pool_ + ", " + own + ">");
    pool_ = pool_texts[static_cast<int>(layer.pool)];
  }
  void add_tables(const k210::KpuTables& tables, const k210::KpuLayer& layer) {
    const std::string name = "conv" + std::to_string(convolutions_);
    arrays_ += "alignas(" + std::to_string(k210_kpu.alignment.weights) + ") inline constexpr unsigned char " + name +
               "_weights[] =" + literal(bytes_of(tables.weights), "    ") + ";\n";
    arrays_ += "alignas(" + std::to_string(k210_kpu.alignment.batch_norm) + ") inline constexpr std::uint64_t " + name +
               "_batch_norm[] = {";
    for (int o = 0; o < layer.out_channels; ++o) {
      char word[32];
      // Files have garbage in the bits that mean nothing.
      std::snprintf(word, sizeof word, "0x%llx,",
                    static_cast<unsigned long long>(
                        encode(k210::decode_batch_norm(k210::load_word(tables.batch_norm.data + 8 * o)))));
      arrays_ += (o % 6 == 0 ? "\n    " : " ") + std::string(word);
    }
    arrays_ += "\n};\nalignas(" + std::to_string(k210_kpu.alignment.activation) +
               ") inline constexpr incuse::k210::ActivationBytes " + name + "_activation{{";
    const k210::ActivationBytes activation = encode(k210::decode_activation(tables.activation.data));
    for (int i = 0; i < k210::activation_bytes; ++i)
      arrays_ += (i % 24 == 0 ? "\n    " : " ") + std::to_string(activation.bytes[i]) + ',';
    arrays_ += "\n}};\n\n";
    const std::string table = "tables::" + name;
    rows_ += "      {.name = \"" + name + "\", .pad_value = " + std::to_string(layer.pad_value) +
             ", .arg_x = " + std::to_string(layer.arg_x) + ", .shr_x = " + std::to_string(layer.shr_x) +
             ", .arg_w = " + std::to_string(layer.arg_w) + ", .shr_w = " + std::to_string(layer.shr_w) +
             ",\n       .arg_add = " + std::to_string(layer.arg_add) + ", .weights = {" + table + "_weights, " +
             std::to_string(tables.weights.size) + "}, .batch_norm = " + table + "_batch_norm, .activation = &" +
             table + "_activation},\n";
  }

  void finish(const std::string& name) {
    if (!pool_.empty()) types_ += ",\n    " + pool_;
    std::string& text = result_.text;
    text = "// A model of the K210, imported from a kmodel. The KPU computes " + std::to_string(next_shape_.channels) +
           " x " + std::to_string(next_shape_.height) + " x " + std::to_string(next_shape_.width) +
           " codes; the processor makes numbers of them.\n"
           "#pragma once\n\n#include <cstdint>\n\n#include <incuse/incuse.hpp>\n"
           "#include <incuse/k210/software_layers.hpp>\n#include <incuse/k210/table_networks.hpp>\n\n";
    text += "// clang-format off\nnamespace " + name + " {\n\n" +
            // Pedantic Clang says that compilers need not take more than 64 KiB. All that Incuse is for do.
            "#ifdef __clang__\n#pragma clang diagnostic push\n"
            "#pragma clang diagnostic ignored \"-Woverlength-strings\"\n#endif\nnamespace tables {\n\n" +
            arrays_ + "}  // namespace tables\n#ifdef __clang__\n#pragma clang diagnostic pop\n#endif\n\n";
    text += "namespace types {\nusing namespace incuse;\nusing Net = Network<\n    Input<" +
            std::to_string(input_.channels) + ", " + std::to_string(input_.height) + ", " +
            std::to_string(input_.width) + ">" + types_ + ">;\n}  // namespace types\nusing types::Net;\n\n";
    text += "struct parameters {\n  static constexpr incuse::k210::LayerTables table_layers[] = {\n";
    text += rows_ + "  };\n};\n\nusing Chip = incuse::Deployment<Net, incuse::k210_kpu, parameters>;\n\n" +
            "/// Numbers of the output's codes, for `dequantize_channels`: one scale for all of them, or one for each "
            "channel.\n" +
            "inline constexpr incuse::k210::LinearScale output_scales[] = {\n" + output_ + "};\n\n}  // namespace " +
            name + "\n// clang-format on\n";
  }

  const k210::Kmodel& model_;
  KmodelSource result_{};
  int convolutions_ = 0;
  Shape input_{}, next_shape_{};
  long long next_line_ = 0;
  std::uint32_t codes_start_ = 0, codes_bytes_ = 0;  ///< of the last layer in main memory
  std::string pool_{};                               ///< of the layer before, not written yet
  std::string types_{}, arrays_{}, rows_{}, output_{};
};

}  // namespace detail

/// A header that defines, in namespace `name`: Net, parameters, Chip (the deployment on a K210) and output_scales.
/// The model comes from the reader, which has checked it; `name` is an identifier.
inline KmodelSource kmodel_source(const k210::Kmodel& model, const std::string& name) {
  return detail::KmodelWriter(model).write(name);
}

}  // namespace incuse::cpp
