// Any network of signed bytes as a module of plain PyTorch, to be trained there: the chip's quantisation is part of it,
// and its tensors have the layers' names, by which they are loaded back. Source: max7800x-training, sections 2, 3, 6.
#pragma once

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <incuse/export/pytorch_layers.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/arithmetic.hpp>
#include <incuse/model/shapes.hpp>

namespace incuse {

/// The text of a Python module, or the reasons why there is none.
struct PytorchText {
  std::string text{};
  std::vector<std::string> errors{};  ///< "layer 3 (conv3): ..."

  bool ok() const { return errors.empty(); }
};

namespace detail {

template <int N>
class PytorchWriter {
 public:
  PytorchWriter(const Graph<N>& graph, bool rounds) : graph_(infer(graph)), rounds_(rounds) {}

  PytorchText write(const std::string& name) {
    if (graph_.size == 0) result_.errors.push_back("the network has no layers");
    if (graph_.real_input) result_.errors.push_back("the input: it has to be signed bytes");
    if (graph_.buffer.exists()) result_.errors.push_back("the rolling buffer: modules keep nothing between two inputs");
    for (int i = 0; i < graph_.size; ++i) check(i);
    if (!is_word(name)) result_.errors.push_back("'" + name + "' cannot be the name of a class");
    if (!result_.ok()) return std::move(result_);
    write_class(name);
    return std::move(result_);
  }

 private:
  // Names -------------------------------------------------------------------------------------------------------------

  static bool is_word(std::string_view text) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    const auto inside = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
    return !text.empty() && letter(text[0]) && std::all_of(text.begin(), text.end(), inside) &&
           std::find(std::begin(python_words), std::end(python_words), text) == std::end(python_words);
  }
  /// Whether a module can have an attribute of this name that holds a layer.
  static bool is_free(std::string_view name) {
    return is_word(name) && std::find(std::begin(module_words), std::end(module_words), name) == std::end(module_words);
  }
  std::string name_of(int index) const {
    return graph_[index].name.empty() ? "layer" + std::to_string(index) : string_of(graph_[index].name);
  }

  // What PyTorch and this library do not agree about ------------------------------------------------------------------

  void refuse(int index, const std::string& what) {
    result_.errors.push_back("layer " + std::to_string(index) +
                             (graph_[index].name.empty() ? "" : " (" + string_of(graph_[index].name) + ")") + ": " +
                             what);
  }

  void check(int index) {
    const Layer& layer = graph_[index];
    const Extent one{1, 1};
    if (layer.trained() && !is_free(name_of(index)))
      refuse(index, "the name is none that a layer of a module can have: give it another one");
    if (layer.trained() && !names_.insert(name_of(index)).second) refuse(index, "an earlier layer has the same name");
    if (layer.software != Software::none || layer.with.border != Border{}) refuse(index, "a layer of the processor");
    if (layer.tests()) refuse(index, "an early exit");
    if (layer.activation == Activation::function) refuse(index, "chips of signed bytes have ReLU and Abs only");
    if (layer.batch_norm) refuse(index, "batch norm: chips of signed bytes have it folded into the weights");
    if (layer.pad_value != 0) refuse(index, "padding with another value than 0");
    if (layer.bypass) refuse(index, "a kernel without weights");
    if (layer.binary_weights) refuse(index, "binary weights");
    if (layer.pooling == Pooling::pick || layer.pool_same) refuse(index, "this kind of pooling");
    if (layer.pool_dilation != one && (layer.pooling == Pooling::average || layer.one_dimensional()))
      refuse(index, "a stretched window that is averaged, or one-dimensional");
    if (layer.op == Operator::conv2d && layer.stride != one) refuse(index, "the stride of a convolution");
    if (layer.placement.next != Placement::not_given) refuse(index, "another order of execution");
    if (!layer.weighted() && (layer.activation != Activation::none || layer.wide))
      refuse(index, "an activation or a 32-bit output without weights");
    if (layer.op == Operator::linear && !layer.flatten && layer.pooled.pixels() != 1)
      refuse(index, "a linear layer of every pixel: a convolution with a 1x1 kernel is the same");
    if (gathered_shape(graph_, layer).elements() != layer.in.elements() * operands_of_one(layer))
      refuse(index, "it does not read all channels");
  }
  /// Operands that one tensor is split into.
  static int operands_of_one(const Layer& layer) { return layer.sources.size == 1 ? layer.operands : 1; }

  // The class ---------------------------------------------------------------------------------------------------------

  void line(const std::string& text) { result_.text += text.empty() ? "\n" : "        " + text + '\n'; }

  void write_class(const std::string& name) {
    result_.text = pytorch_layers;
    result_.text += "\n\nclass " + name + "(Network):\n    def __init__(self):\n";
    line("super().__init__()");
    for (int i = 0; i < graph_.size; ++i)
      if (graph_[i].trained()) line("self." + name_of(i) + " = " + constructor(graph_[i]));
    result_.text += "\n    def forward(self, x):\n";
    line("qat = self.qat");
    line(value(network_input) + " = x.reshape(-1, " + sizes(graph_.input) + ')');
    for (int i = 0; i < graph_.size; ++i) forward(i);
    std::string outputs;
    for (const int i : output_layers(graph_)) {
      outputs += (outputs.empty() ? "" : ", ") + value(i);
      if (graph_[i].out.pixels() == 1) outputs += ".flatten(1)";
    }
    line("return " + outputs);
  }

  static std::string sizes(Shape shape) {
    return std::to_string(shape.channels) + ", " + std::to_string(shape.height) + ", " + std::to_string(shape.width);
  }
  static std::string pair(Extent size) {
    return '(' + std::to_string(size.height) + ", " + std::to_string(size.width) + ')';
  }
  /// The variable with a tensor: x0 is the input, x1 what layer 0 puts out.
  static std::string value(int source) { return 'x' + std::to_string(tensor_number(source)); }

  static std::string constructor(const Layer& layer) {
    const bool one_dimensional = layer.one_dimensional();
    const auto size = [&](Extent extent) { return one_dimensional ? std::to_string(extent.height) : pair(extent); };
    std::string text = layer.op == Operator::conv1d   ? "Conv1d("
                       : layer.op == Operator::conv2d ? "Conv2d("
                       : layer.op == Operator::linear ? "Linear("
                                                      : "ConvTranspose2d(";
    text += std::to_string(layer.flatten ? layer.pooled.elements() : layer.in.channels) + ", " +
            std::to_string(layer.out.channels);
    if (layer.op != Operator::linear) {
      text += ", " + size(layer.kernel) + ", padding=" + size(layer.padding);
      if (layer.stride != Extent{1, 1}) text += ", stride=" + size(layer.stride);
      if (layer.dilation != Extent{1, 1}) text += ", dilation=" + size(layer.dilation);
      if (layer.output_padding != 0) text += ", output_padding=" + std::to_string(layer.output_padding);
      if (layer.groups != 1) text += ", groups=" + std::to_string(layer.groups);
    }
    text += std::string(", bias=") + (layer.bias ? "True" : "False");
    if (layer.weight_bits != 8) text += ", bits=" + std::to_string(layer.weight_bits);
    if (layer.activation == Activation::relu) text += ", activation=torch.relu";
    if (layer.activation == Activation::abs) text += ", activation=torch.abs";
    if (layer.wide) text += ", wide=True";
    return text + ')';
  }

  void forward(int index) {
    const Layer& layer = graph_[index];
    const std::string x = value(index);
    std::vector<std::string> parts = operands(layer);
    if (layer.pool_first)
      for (std::string& part : parts) part = pooled(layer, part);
    std::string text = parts[0];
    if (layer.elementwise != Elementwise::none) text = combined(layer, parts);
    if (!layer.pool_first) text = pooled(layer, text);
    if (layer.weighted())
      text = "self." + name_of(index) + '(' + text + (layer.op == Operator::linear ? ".flatten(1)" : "") + ')';
    if (layer.op == Operator::linear) text += ".reshape(-1, " + sizes(layer.out) + ')';
    line(x + " = " + text);
  }

  /// What a layer reads, one expression for each operand.
  std::vector<std::string> operands(const Layer& layer) const {
    std::vector<std::string> parts;
    const bool joins = layer.elementwise == Elementwise::none && layer.sources.size > 1;
    for (const int source : layer.sources) {
      std::string part = value(source);
      const Shape shape = source_shape(graph_, source);
      if (layer.crops())
        part +=
            "[:, :, " + std::to_string(layer.crop_top) + ':' + std::to_string(shape.height - layer.crop_bottom) + ']';
      if (!joins && cropped(shape, layer) != layer.in && operands_of_one(layer) == 1)
        part += ".reshape(-1, " + sizes(layer.in) + ')';
      parts.push_back(part);
    }
    if (joins) return {joined(layer, parts)};
    if (operands_of_one(layer) == 1) return parts;
    std::vector<std::string> split;
    split.reserve(static_cast<std::size_t>(layer.operands));
    for (int k = 0; k < layer.operands; ++k)
      split.push_back(parts[0] + ".chunk(" + std::to_string(layer.operands) + ", 1)[" + std::to_string(k) + ']');
    return split;
  }
  /// Tensors of one size are joined by channels, others channel by channel.
  std::string joined(const Layer& layer, const std::vector<std::string>& parts) const {
    bool same = true;
    for (const int source : layer.sources)
      same = same && source_shape(graph_, source).extent() == source_shape(graph_, layer.sources[0]).extent();
    std::string list;
    for (const std::string& part : parts) list += (list.empty() ? "" : ", ") + part + (same ? "" : ".flatten(2)");
    std::string text = "torch.cat([" + list + "], " + (same ? "1" : "2") + ')';
    if (!same || gathered_shape(graph_, layer) != layer.in) text += ".reshape(-1, " + sizes(layer.in) + ')';
    return text;
  }

  std::string pooled(const Layer& layer, const std::string& text) const {
    const bool average = layer.pooling == Pooling::average;
    if (!layer.pools_or_strides()) return text;
    if (!layer.pools() && !average)
      return text + "[:, :, ::" + std::to_string(layer.pool_stride.height) +
             ", ::" + std::to_string(layer.pool_stride.width) + ']';
    if (average) {
      const bool rounds = max7800x::average_rounds(layer, rounds_);
      return "average_pool(" + text + ", " + pair(layer.pool) + ", " + pair(layer.pool_stride) + ", qat" +
             (rounds ? ", rounds=True" : "") + ')';
    }
    return "F.max_pool2d(" + text + ", " + pair(layer.pool) + ", " + pair(layer.pool_stride) +
           (layer.pool_dilation == Extent{1, 1} ? "" : ", dilation=" + pair(layer.pool_dilation)) + ')';
  }

  static std::string combined(const Layer& layer, const std::vector<std::string>& parts) {
    const char* const bitwise = layer.elementwise == Elementwise::bitwise_or    ? "torch.bitwise_or"
                                : layer.elementwise == Elementwise::bitwise_xor ? "torch.bitwise_xor"
                                                                                : nullptr;
    const char* const sign = bitwise != nullptr ? ", " : layer.elementwise == Elementwise::sub ? " - " : " + ";
    std::string calls, text = parts[0];
    for (std::size_t i = 1; i < parts.size(); ++i) {
      if (bitwise != nullptr) calls.append("bitwise(").append(bitwise).append(", ");
      text.append(sign).append(parts[i]).append(bitwise != nullptr ? ")" : "");
    }
    return "clamp(" + calls + text + ')';
  }

  Graph<N> graph_;
  bool rounds_;
  std::set<std::string> names_{};
  PytorchText result_{};
};

}  // namespace detail

/// A network as a module of plain PyTorch, whose class is called `name`. Tensors are real numbers, byte / 128; with
/// quantisation on, what it computes are the chip's bytes, in units of 1/128. The layers with weights are attributes
/// with the layers' names, `layer<number>` where there is none, so that `import::load` finds the tensors of its
/// `state_dict()`. `rounds`: averages round, as with the option average_pool_rounding. Refused, all at once: what chips
/// of signed bytes do not compute, early exits, rolling buffers, names that attributes cannot have.
template <int N>
PytorchText pytorch_module(const Graph<N>& graph, const std::string& name = "Net", bool rounds = false) {
  return detail::PytorchWriter<N>(graph, rounds).write(name);
}

}  // namespace incuse
