// C++ source of parameters: a struct, as Deployment takes it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <incuse/export/cpp_words.hpp>
#include <incuse/model/parameters.hpp>

namespace incuse::cpp {

/// How wide a layer's weights are.
struct WeightWidth {
  int bits = 8;         ///< 1, 2, 4 or 8
  bool binary = false;  ///< -1 and 1, in one bit

  friend bool operator==(const WeightWidth&, const WeightWidth&) = default;
};

/// The widths of a network's weights, in the order of its parameters.
template <int N>
std::vector<WeightWidth> weight_widths(const Graph<N>& graph) {
  std::vector<WeightWidth> widths;
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].trained()) widths.push_back({graph[i].weight_bits, graph[i].binary_weights});
  return widths;
}

namespace detail {

/// Writes the arrays of a parameter struct, each once.
class ParametersWriter {
 public:
  ParametersWriter(Parameters parameters, const std::vector<WeightWidth>& widths)
      : parameters_(parameters), widths_(widths) {}

  std::string write(const std::string& struct_name) {
    if (parameters_.count == 0) return "struct " + struct_name + " {};  // no layer has weights\n";
    for (int i = 0; i < parameters_.count; ++i) add(parameters_[i], i);
    return "struct " + struct_name + " {\n" + arrays_ + "  static constexpr incuse::LayerParameters layers[] = {\n" +
           rows_ + "  };\n};\n";
  }

 private:
  void add(const LayerParameters& layer, int index) {
    const std::string name =
        unused(layer.name.empty() ? "layer" + std::to_string(index) : identifier_like(view(layer.name)));
    rows_ += "      {.name = " + quoted_literal(layer.name.empty() ? std::string_view(name) : view(layer.name));
    if (!layer.weight.empty()) add_weight(layer.weight, index, name);
    if (!layer.bias.empty()) add_bias(layer.bias, name);
    rows_ += ", .output_shift = " + std::to_string(layer.output_shift) + "},\n";
  }

  /// Weights are read through the name of their array: compilers take far less for that than for an argument.
  void add_weight(const Tensor& tensor, int index, const std::string& layer) {
    const WeightWidth width = width_of(tensor, static_cast<std::size_t>(index));
    std::string reader = "of<";
    if (width.bits < 8)
      reader = width.binary ? "packed_binary_weights<" : "packed<" + std::to_string(width.bits) + ", ";
    rows_ += ", .weight = incuse::Tensor::" + reader + array_of(tensor, width, layer + "_weight") + ">(";
    rows_ += sizes_text(tensor) + ')';
    if (tensor.pytorch_order) rows_ += ".in_pytorch_order()";
  }
  void add_bias(const Tensor& tensor, const std::string& layer) {
    rows_ += ", .bias = {" + array_of(tensor, {}, layer + "_bias") + ", " + sizes_text(tensor) + '}';
    if (tensor.pytorch_order) rows_ += ".in_pytorch_order()";
  }

  /// 8 bits where values are wider than their layer's, which the compiler says then.
  WeightWidth width_of(const Tensor& tensor, std::size_t index) const {
    if (index >= widths_.size() || widths_[index].bits >= 8 || tensor.count != tensor.elements()) return {};
    const WeightWidth own = widths_[index];
    for (long long i = 0; i < tensor.count; ++i) {
      const int value = tensor.stored(i), limit = 1 << (own.bits - 1);
      if (own.binary ? value != -1 && value != 1 : value < -limit || value >= limit) return {};
    }
    return own;
  }
  /// Name of the array of a tensor. Layers that share their parameters refer to the same array.
  std::string array_of(const Tensor& tensor, WeightWidth width, const std::string& wanted) {
    for (const Written& known : written_)
      if (known.tensor.bytes == tensor.bytes && known.tensor.signed_bytes == tensor.signed_bytes &&
          known.width == width && known.tensor == tensor)
        return known.array;
    arrays_ += "  static constexpr " + byte_array("char", wanted, stored(tensor, width), "      ") + '\n';
    written_.push_back({tensor, width, wanted});
    return wanted;
  }
  static std::string stored(const Tensor& tensor, WeightWidth width) {
    const int each = 8 / width.bits;
    std::string bytes(static_cast<std::size_t>((tensor.count + each - 1) / each), '\0');
    for (long long i = 0; i < tensor.count; ++i) {
      const int value = tensor.stored(i), code = width.binary ? value < 0 : value & ((1 << width.bits) - 1);
      char& byte = bytes[static_cast<std::size_t>(i / each)];
      byte = static_cast<char>(byte | code << (i % each * width.bits));
    }
    return bytes;
  }
  static std::string sizes_text(const Tensor& tensor) {
    std::string text;
    for (int i = 0; i < tensor.rank; ++i) text += (i > 0 ? ", " : "") + std::to_string(tensor.dimensions[i]);
    return text;
  }

  std::string unused(const std::string& wanted) {
    std::string name = wanted;
    for (int number = 2;; ++number) {
      bool taken = name == "layers";
      for (const std::string& other : names_) taken = taken || other == name;
      if (!taken) break;
      name = wanted + "_" + std::to_string(number);
    }
    names_.push_back(name);
    return name;
  }

  struct Written {
    Tensor tensor{};
    WeightWidth width{};
    std::string array{};
  };

  Parameters parameters_;
  const std::vector<WeightWidth>& widths_;
  std::string arrays_{}, rows_{};
  std::vector<std::string> names_{};
  std::vector<Written> written_{};
};

}  // namespace detail

/// A struct with a static array `layers`, as Deployment takes it: one array per tensor. Weights of which `widths` says
/// that they have fewer than 8 bits are packed (`Tensor::packed`).
inline std::string parameters_struct(const std::string& struct_name, Parameters parameters,
                                     const std::vector<WeightWidth>& widths = {}) {
  return detail::ParametersWriter(parameters, widths).write(struct_name);
}

}  // namespace incuse::cpp
