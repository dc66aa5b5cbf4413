// C++ source of parameters: a struct, as Deployment takes it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <incuse/export/cpp_words.hpp>
#include <incuse/model/parameters.hpp>

namespace incuse::cpp {

namespace detail {

/// Writes the arrays of a parameter struct, each once.
class ParametersWriter {
 public:
  explicit ParametersWriter(Parameters parameters) : parameters_(parameters) {}

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
    if (!layer.weight.empty()) add_tensor(layer.weight, "weight", name);
    if (!layer.bias.empty()) add_tensor(layer.bias, "bias", name);
    rows_ += ", .output_shift = " + std::to_string(layer.output_shift) + "},\n";
  }

  /// Layers that share their parameters refer to the same array.
  void add_tensor(const Tensor& tensor, const std::string& part, const std::string& layer) {
    std::string array;
    for (const auto& [known, its_name] : written_)
      if (known.bytes == tensor.bytes && known.signed_bytes == tensor.signed_bytes && known == tensor) array = its_name;
    if (array.empty()) {
      array = layer;
      array += '_' + part;
      arrays_ += "  static constexpr " + byte_array("char", array, stored(tensor), "      ") + '\n';
      written_.emplace_back(tensor, array);
    }
    // Weights are read through the name of their array: compilers take far less for that than for an argument.
    const bool by_name = part == "weight";
    std::string arguments = by_name ? "" : array;
    for (int i = 0; i < tensor.rank; ++i)
      arguments += (arguments.empty() ? "" : ", ") + std::to_string(tensor.dimensions[i]);
    rows_ += ", ." + part + " = ";
    rows_ += by_name ? "incuse::Tensor::of<" + array + ">(" + arguments + ")" : "{" + arguments + "}";
    if (tensor.pytorch_order) rows_ += ".in_pytorch_order()";
  }
  static std::string stored(const Tensor& tensor) {
    std::string bytes;
    for (long long i = 0; i < tensor.count; ++i) bytes += static_cast<char>(tensor.stored(i));
    return bytes;
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

  Parameters parameters_;
  std::string arrays_{}, rows_{};
  std::vector<std::string> names_{};
  std::vector<std::pair<Tensor, std::string>> written_{};
};

}  // namespace detail

/// A struct with a static array `layers`, as Deployment takes it: one array per tensor.
inline std::string parameters_struct(const std::string& struct_name, Parameters parameters) {
  return detail::ParametersWriter(parameters).write(struct_name);
}

}  // namespace incuse::cpp
