// From an ONNX model to layers: constants are folded, the others become steps, node by node. What a chip has no layer
// for is refused, all of it at once.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <incuse/import/onnx/lower_views.hpp>
#include <incuse/import/onnx/rows.hpp>

namespace incuse::import::onnx {

namespace detail {

class GraphLowering : public ViewLowering {
 public:
  using ViewLowering::ViewLowering;

  Lowered lower() {
    count_readers();
    for (const RangedTensor& ranged : model_.ranges) ranges_[ranged.name] = ranged.range;
    result_.notes = model_.notes;
    for (const Tensor& tensor : model_.initialisers) hold(tensor);
    if (read_input())
      for (const Node& node : model_.nodes) {
        lower(node);
        for (const std::string& output : node.outputs) {
          clip_at_zero(output);
          take_range(output);
        }
      }
    node_ = nullptr;
    if (!result_.input_name.empty()) write_outputs();
    result_.input_exponent = input_exponent_.value_or(0);
    if (result_.ok()) drop_unread();
    if (result_.ok() && target_.fractions) turn_rows(result_);
    if (result_.ok()) check_numbers();
    return std::move(result_);
  }

 private:
  struct Handler {
    std::string_view op;
    void (GraphLowering::*lower)();
  };
  static const Handler* handler_of(std::string_view op) {
    const Handler* const found = layer_handler_of(op);
    return found != nullptr ? found : view_handler_of(op);
  }
  /// Of nodes that become layers, or parts of layers.
  static const Handler* layer_handler_of(std::string_view op) {
    using Self = GraphLowering;
    static constexpr Handler handlers[] = {
        {"Conv", &Self::conv},
        {"ConvTranspose", &Self::conv_transpose},
        {"Gemm", &Self::gemm},
        {"MatMul", &Self::matmul},
        {"BatchNormalization", &Self::batch_norm},
        {"MaxPool", &Self::pool},
        {"AveragePool", &Self::pool},
        {"GlobalAveragePool", &Self::global_pool},
        {"GlobalMaxPool", &Self::global_pool},
        {"ReduceMean", &Self::reduce},
        {"ReduceMax", &Self::reduce},
        {"Relu", &Self::relu},
        {"Abs", &Self::abs},
        {"LeakyRelu", &Self::leaky_relu},
        {"Elu", &Self::elu},
        {"HardSwish", &Self::hard_swish},
        {"Sigmoid", &Self::sigmoid},
        {"HardSigmoid", &Self::hard_sigmoid},
        {"Tanh", &Self::tanh},
        {"Softmax", &Self::softmax},
        {"LogSoftmax", &Self::softmax},
        {"Add", &Self::add},
        {"Sub", &Self::subtract},
        {"Sum", &Self::add_all},
    };
    return function_of(handlers, op);
  }
  /// What handles a node that becomes no step of its own, but changes a value; null if it is no such node.
  static const Handler* view_handler_of(std::string_view op) {
    using Self = GraphLowering;
    static constexpr Handler handlers[] = {
        {"Clip", &Self::clip},
        {"Max", &Self::maximum},
        {"Min", &Self::minimum},
        {"Floor", &Self::round},
        {"Round", &Self::round},
        {"Ceil", &Self::round},
        {"Mul", &Self::multiply},
        {"Div", &Self::divide},
        {"Neg", &Self::negate},
        {"Concat", &Self::concat},
        {"Slice", &Self::slice},
        {"Split", &Self::split},
        {"Pad", &Self::pad},
        {"Flatten", &Self::reshape},
        {"Reshape", &Self::reshape},
        {"Squeeze", &Self::reshape},
        {"Unsqueeze", &Self::reshape},
        {"Transpose", &Self::transpose},
        {"Identity", &Self::same},
        {"Dropout", &Self::same},
        {"Cast", &Self::cast},
        {"QuantizeLinear", &Self::quantise},
        {"DequantizeLinear", &Self::dequantise},
    };
    return function_of(handlers, op);
  }

  void count_readers() {
    for (const Node& node : model_.nodes)
      for (const std::string& input : node.inputs) {
        readers_[input] += node.op == "Shape" ? 0 : 1;  // which reads no numbers
        last_reader_[input] = &node;
      }
    for (const Port& output : model_.outputs) ++readers_[output.name];
  }
  void hold(const Tensor& tensor) {
    Value value;
    value.shape = tensor.shape;
    // The model outlives the lowering.
    value.constant = std::shared_ptr<const Tensor>(std::shared_ptr<const Tensor>(), &tensor);
    values_[tensor.name] = std::move(value);
  }

  bool read_input() {
    if (model_.inputs.size() != 1) {
      refuse("the model has " + std::to_string(model_.inputs.size()) + " inputs, and a network one");
      return false;
    }
    const Port& port = model_.inputs[0];
    Dimensions shape = port.shape;
    const std::string named = "its input '" + printable(port.name) + "'";
    if (!shape.empty() && shape[0] == 0) shape[0] = 1;  // any number of images
    bool fixed = shape.size() >= 2 && shape.size() <= 4;
    for (std::int64_t size : shape) fixed = fixed && size >= 1 && size <= 32767;
    if (!fixed)
      refuse(named + " has the shape " + text_of(port.shape) +
             " (0: left open): export it with batch, channels and a fixed number of rows and columns");
    else if (shape[0] != 1)
      refuse(named + " is a batch of " + std::to_string(shape[0]) + ": export it with a batch of 1");
    else if (!checked_shape(shape))
      refuse(named + " is larger than any chip");
    if (!result_.ok()) return false;
    map_of(shape, result_.input);
    result_.input_name = port.name;
    values_[port.name] = written(network_input, result_.input, shape);
    take_range(port.name);
    return true;
  }

  void lower(const Node& node) {
    node_ = &node;
    for (const std::string& input : node.inputs)
      if (!input.empty() && values_.find(input) == values_.end())
        return refuse_with_guess("it reads '" + printable(input) + "', which nothing before it writes", {1, 1, 1, 1});
    if (node.op == "Shape" && read(0)) return shape_constant(padded_shape(*read(0)));
    bool all_constant = true;
    for (std::size_t i = 0; i < node.inputs.size(); ++i)
      all_constant = all_constant && (node.inputs[i].empty() || constant(i) != nullptr);
    if (node.inputs.empty() && node.op != "Constant") return unknown();
    if (all_constant && node.domain.empty()) return fold();
    const Handler* const handler = node.domain.empty() ? handler_of(node.op) : nullptr;
    const bool reads = !node.inputs.empty() && !node.inputs[0].empty();
    if (handler == nullptr || !reads) return unknown();
    if (constant(0) != nullptr && !takes_constant_first(node.op))
      return refuse_with_guess("its first operand is a constant, and another one is not", {1, 1, 1, 1});
    (this->*handler->lower)();
  }
  static bool takes_constant_first(std::string_view op) {
    for (const char* other : {"Add", "Sub", "Sum", "Mul", "Div", "Max", "Min", "Gemm", "MatMul", "Concat"})
      if (op == other) return true;
    return false;
  }
  void shape_constant(const Dimensions& shape) {
    Tensor tensor{{}, ElementType::i64, {static_cast<std::int64_t>(shape.size())}, {}};
    for (std::int64_t size : shape) tensor.values.push_back(static_cast<double>(size));
    const SlicedAxis part =
        sliced_axis(tensor.shape[0], node_->integer("start", 0), node_->integer("end", tensor.shape[0]), 1);
    tensor.values = {tensor.values.begin() + part.first, tensor.values.begin() + part.first + part.count};
    tensor.shape = {part.count};
    define_constant(std::move(tensor));
  }
  void fold() {
    if (!checks_weight_scales()) return define_guess({1, 1, 1, 1});
    std::optional<Tensor> result = folded(*node_, constants(), budget_);
    if (!result)
      return refuse_with_guess(
          "it cannot be computed from constants: it is not known, makes no sense, or asks for more "
          "numbers than any chip holds",
          {1, 1, 1, 1});
    define_constant(std::move(*result));
  }
  /// Scales of weights are one power of two for a chip of fractions: others would round them a second time.
  bool checks_weight_scales() {
    const Tensor* const scale = node_->op == "DequantizeLinear" ? constant(1) : nullptr;
    if (scale == nullptr || !target_.fractions || scale->values.empty()) return true;
    const std::size_t before = result_.refusals.size();
    for (double value : scale->values) {
      if (!exponent_of(value))
        refuse("the scale of its weights is " + number_text(value) +
               ", and weights are whole numbers times a power of "
               "two; nearest: " +
               number_text(std::exp2(std::round(std::log2(std::fmax(value, 1e-30))))));
      else if (value != scale->values[0])
        refuse("its weights have a scale for each channel, and a layer has one for all; nearest: one scale");
    }
    return before == result_.refusals.size();
  }

  void write_outputs() {
    if (model_.outputs.empty()) refuse("the model has no outputs");
    for (const Port& port : model_.outputs) {
      const auto found = values_.find(port.name);
      if (found == values_.end() || found->second.constant) {
        refuse("its output '" + printable(port.name) + "' does not depend on the input");
        continue;
      }
      Value value = found->second;
      value.exclusive = value.exclusive && readers_[port.name] == 1;
      const std::size_t before = result_.refusals.size();
      const int source = output_step(value);
      if (before == result_.refusals.size() && source == network_input)
        refuse("its output '" + printable(port.name) + "' is its input");
      if (source == network_input) continue;
      step(source).layer.output = true;
      result_.outputs.push_back({port.name, source});
    }
  }
  /// The step whose output is one of the network's: a copy where channels are joined.
  int output_step(Value& value) {
    const std::vector<int> sources = sources_of(value);
    if (sources.size() == 1) return sources[0];
    Step copy;
    copy.name = "joined";
    copy.sources = sources;
    return append(std::move(copy), value.map);
  }

  /// Constants are finite, which is checked as they are read; products and sums of those that were folded into each
  /// other need not be.
  void check_numbers() {
    for (const Step& own : result_.steps)
      for (const std::string& problem : {not_finite_text(own.weight_shape, own.weight),
                                         not_finite_text(std::vector<std::size_t>{own.bias.size()}, own.bias)})
        if (!problem.empty())
          result_.refusals.push_back({own.nodes.empty() ? own.name : own.nodes[0],
                                      "with all that is folded into it, one of its parameters " + problem});
  }

  /// Leaves out steps that no output needs, and numbers the others anew.
  void drop_unread() {
    std::vector<Step>& steps = result_.steps;
    std::vector<bool> read(steps.size(), false);
    for (const NetworkOutput& output : result_.outputs) read[static_cast<std::size_t>(output.step)] = true;
    for (std::size_t i = steps.size(); i-- > 0;)
      if (read[i])
        for (int source : steps[i].sources)
          if (source != network_input) read[static_cast<std::size_t>(source)] = true;
    std::vector<int> number(steps.size(), -1);
    std::vector<Step> kept;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (!read[i]) continue;
      number[i] = static_cast<int>(kept.size());
      kept.push_back(std::move(steps[i]));
      for (int& source : kept.back().sources)
        if (source != network_input) source = number[static_cast<std::size_t>(source)];
    }
    steps = std::move(kept);
    for (NetworkOutput& output : result_.outputs) output.step = number[static_cast<std::size_t>(output.step)];
  }
};

}  // namespace detail

/// Lowers a model for a chip. With refusals, the steps are only there to be looked at further.
inline Lowered lower(const Model& model, const Target& target) { return detail::GraphLowering(model, target).lower(); }

}  // namespace incuse::import::onnx
