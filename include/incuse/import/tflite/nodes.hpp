// Operators of a TensorFlow Lite model as ONNX nodes, so that both formats are lowered by the same code: fused
// activations become nodes of their own, weights and constants are turned to PyTorch's order.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <incuse/import/tflite/tensors.hpp>

namespace incuse::import::tflite::detail {

using onnx::Attribute;
using onnx::Node;

/// An operator without its number: what it is, in words.
inline std::string operator_name(const schema::OperatorCode& code) {
  const int number = std::max<int>(code.builtin_code(), code.short_code());
  const char* const name = schema::EnumNameBuiltinOperator(static_cast<schema::BuiltinOperator>(number));
  if (number == schema::BuiltinOperator_CUSTOM && code.custom_code() != nullptr)
    return "CUSTOM " + printable(code.custom_code()->string_view().substr(0, 80));
  return *name != '\0' ? name : "operator " + std::to_string(number);
}

/// "conv" of "net/conv/BiasAdd;net/conv/Conv2D": the name that a node's first output gives it.
inline std::string node_name(std::string_view tensor) {
  std::string_view name = tensor.substr(0, tensor.find(';'));
  for (std::string_view end : {"/Relu6", "/Relu", "/BiasAdd", "/Conv2D", "/depthwise", "/MatMul"})
    if (name.size() > end.size() && name.ends_with(end)) name.remove_suffix(end.size());
  return std::string(name.substr(0, 256));
}

/// What nodes have in common: operands of the operator that is read, and how nodes are written.
class NodeWriter {
 public:
  NodeWriter(FileTensors& tensors, onnx::Model& model) : tensors_(tensors), model_(model) {
    for (std::size_t i = 0; i < tensors.size(); ++i) stands_for_.push_back(i);
  }

 protected:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  static Attribute ints(std::string name, Dimensions values) {
    Attribute attribute;
    attribute.name = std::move(name);
    attribute.integers = std::move(values);
    return attribute;
  }
  static Attribute integer(std::string name, std::int64_t value) {
    Attribute attribute;
    attribute.name = std::move(name);
    attribute.integer = value;
    return attribute;
  }
  static Attribute number(std::string name, double value) {
    Attribute attribute;
    attribute.name = std::move(name);
    attribute.number = value;
    return attribute;
  }
  static Attribute text(std::string name, std::string value) {
    Attribute attribute;
    attribute.name = std::move(name);
    attribute.text = std::move(value);
    return attribute;
  }

  bool ok() const { return model_.error.empty(); }
  void refuse(const std::string& sentence) {
    if (ok()) model_.error = "operator " + std::to_string(number_) + " (" + shown_op_ + ") " + sentence;
  }

  // Operands.
  std::size_t count() const { return op_->inputs() == nullptr ? 0 : op_->inputs()->size(); }
  /// The number of an operand among the tensors; `none` if it is not given.
  std::size_t operand(std::size_t index) const {
    if (index >= count()) return none;
    const std::int32_t number = op_->inputs()->Get(static_cast<flatbuffers::uoffset_t>(index));
    return number < 0 ? none : stands_for_[static_cast<std::size_t>(number)];
  }
  const FileTensor* tensor(std::size_t index) const {
    const std::size_t at = operand(index);
    return at == none ? nullptr : &tensors_[at];
  }
  bool held(std::size_t index) const { return tensor(index) != nullptr && tensor(index)->held; }
  std::size_t output() const { return static_cast<std::size_t>(op_->outputs()->Get(0)); }

  /// The name of an operand, with its channels first; empty if it is not given.
  std::string input(std::size_t index) {
    const std::size_t at = operand(index);
    if (at == none) return {};
    const FileTensor& own = tensors_[at];
    if (!own.held) return own.name;
    const auto [found, added] = held_names_.insert({at, std::string()});
    if (added) found->second = constant(at, own.shape, channels_first(own.rank()));
    return found->second;
  }
  /// The same with its axes in another order, if the file holds it.
  std::string weights(std::size_t index, const AxisOrder& order) {
    if (!held(index) || tensor(index)->rank() != order.size()) return input(index);
    return constant(operand(index), tensor(index)->shape, order);
  }
  /// An operand of a sum or product with a tensor of `rank` axes: small ones are repeated along its last axes.
  std::string repeated(std::size_t index, std::size_t rank) {
    if (!held(index) || tensor(index)->rank() > rank) return input(index);
    Dimensions shape = tensor(index)->shape;
    if (onnx::elements_of(shape) == 1) return constant(operand(index), {}, {});
    shape.insert(shape.begin(), rank - shape.size(), 1);
    return constant(operand(index), shape, channels_first(rank));
  }
  std::string constant(std::size_t at, const Dimensions& shape, const AxisOrder& order) {
    std::optional<onnx::Tensor> values = tensors_.numbers(at, shape, order);
    if (!values) refuse("needs more constants than any chip holds");
    return values ? hold(std::move(*values), tensors_[at].name) : std::string();
  }
  std::string hold(onnx::Tensor values, const std::string& name) {
    values.name = tensors_.fresh(name + "_turned");
    model_.initialisers.push_back(std::move(values));
    return model_.initialisers.back().name;
  }
  std::string hold_list(const Dimensions& values) {
    onnx::Tensor tensor{{}, onnx::ElementType::i64, {static_cast<std::int64_t>(values.size())}, {}};
    for (std::int64_t value : values) tensor.values.push_back(static_cast<double>(value));
    return hold(std::move(tensor), "list");
  }
  std::string hold_number(double value) { return hold({{}, onnx::ElementType::f32, {}, {value}}, "number"); }
  /// The whole numbers of an operand that the file holds; empty if it does not, or if they are more than `most`.
  Dimensions list(std::size_t index, std::size_t most = 16) {
    if (!held(index) || onnx::elements_of(tensor(index)->shape) > most) return {};
    const auto values = tensors_.numbers(operand(index), tensor(index)->shape, {});
    return values ? onnx::integers_of(*values) : Dimensions{};
  }

  // Nodes.
  void write_node(std::string op, std::vector<std::string> inputs, const std::string& to,
                  std::vector<Attribute> attributes) {
    Node node;
    node.name = node_name(tensors_[output()].name);
    node.op = std::move(op);
    node.shown_op = shown_op_;
    node.inputs = std::move(inputs);
    node.outputs = {to};
    node.attributes = std::move(attributes);
    if (model_.nodes.size() >= onnx::most_nodes) return refuse("is one too many");
    model_.nodes.push_back(std::move(node));
  }
  /// The node that writes the operator's output, with an activation behind it.
  void write(std::string op, std::vector<std::string> inputs, std::vector<Attribute> attributes = {},
             schema::Activation activation = schema::Activation_NONE) {
    const std::string& to = tensors_[output()].name;
    if (activation == schema::Activation_NONE)
      return write_node(std::move(op), std::move(inputs), to, std::move(attributes));
    const std::string before = tensors_.fresh(to + "_linear");
    write_node(std::move(op), std::move(inputs), before, std::move(attributes));
    activate(before, activation);
  }
  void activate(const std::string& from, schema::Activation activation) {
    const std::string& to = tensors_[output()].name;
    switch (activation) {
      case schema::Activation_NONE:
        return write_node("Identity", {from}, to, {});
      case schema::Activation_RELU:
        return write_node("Relu", {from}, to, {});
      case schema::Activation_RELU_N1_TO_1:
        return write_node("Clip", {from, hold_number(-1), hold_number(1)}, to, {});
      case schema::Activation_RELU6:
        return write_node("Clip", {from, hold_number(0), hold_number(6)}, to, {});
      case schema::Activation_TANH:
        return write_node("Tanh", {from}, to, {});
      case schema::Activation_SIGN_BIT:
        return write_node("SIGN_BIT", {from}, to, {});
    }
    refuse("has an activation that is not known");
  }

  /// Whether a tensor's elements stand in the same order with channels first as with channels last.
  static bool keeps_order(const Dimensions& shape) {
    if (shape.size() != 3 && shape.size() != 4) return true;
    const std::size_t pixels = onnx::elements_of(Dimensions(shape.begin() + 1, shape.end() - 1));
    return shape[0] == 1 && (pixels == 1 || shape.back() == 1);
  }
  /// Whether both are maps with equally many channels: only rows and columns of pixels differ.
  static bool keeps_channels(const Dimensions& from, const Dimensions& to) {
    return from.size() >= 3 && to.size() >= 3 && from.size() <= 4 && to.size() <= 4 && from[0] == 1 && to[0] == 1 &&
           from.back() == to.back();
  }
  /// A tensor in another shape, elements in the file's order. `to` may have one size of -1.
  std::string reshaped(std::string from, const Dimensions& shape, const Dimensions& to, const std::string& as) {
    const bool turns_back = !keeps_channels(shape, to) && !keeps_order(shape);
    const bool turns = !keeps_channels(shape, to) && !keeps_order(to);
    if (turns_back) from = transposed(from, channels_last(shape.size()), tensors_.fresh(as + "_last"));
    const std::string made = turns ? tensors_.fresh(as + "_file") : as;
    write_node("Reshape", {from, hold_list(turns ? to : ordered(to, channels_first(to.size())))}, made, {});
    return turns ? transposed(made, channels_first(to.size()), as) : made;
  }
  std::string transposed(const std::string& from, const AxisOrder& order, const std::string& to) {
    write_node("Transpose", {from}, to, {ints("perm", Dimensions(order.begin(), order.end()))});
    return to;
  }

  FileTensors& tensors_;
  onnx::Model& model_;
  const schema::Operator* op_ = nullptr;
  std::size_t number_ = 0;  ///< of the operator
  std::string shown_op_{};
  std::vector<std::size_t> stands_for_{};  ///< by tensor: the one that is read for it, with the same real numbers
  std::map<std::size_t, std::string> held_names_{};
};

}  // namespace incuse::import::tflite::detail
