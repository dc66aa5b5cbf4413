// The operators of TensorFlow Lite that are read, one function each.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <incuse/import/tflite/nodes.hpp>

namespace incuse::import::tflite::detail {

class OperatorReader : public NodeWriter {
 public:
  using NodeWriter::NodeWriter;

  /// Reads one operator; its operands are numbers of tensors, and it has an output.
  void read(const schema::Operator& op, const schema::OperatorCode& code, std::size_t number) {
    op_ = &op;
    number_ = number;
    shown_op_ = operator_name(code);
    const int wanted = std::max<int>(code.builtin_code(), code.short_code());
    for (const Handler& handler : handlers())
      if (handler.op == wanted) return (this->*handler.read)();
    unknown();
  }

 private:
  struct Handler {
    int op;
    void (OperatorReader::*read)();
  };
  struct HandlerList {
    const Handler *first, *last;
    const Handler* begin() const { return first; }
    const Handler* end() const { return last; }
  };
  static HandlerList handlers() {
    using Self = OperatorReader;
    static constexpr Handler list[] = {
        {schema::BuiltinOperator_CONV_2D, &Self::conv},
        {schema::BuiltinOperator_DEPTHWISE_CONV_2D, &Self::depthwise_conv},
        {schema::BuiltinOperator_TRANSPOSE_CONV, &Self::transpose_conv},
        {schema::BuiltinOperator_FULLY_CONNECTED, &Self::fully_connected},
        {schema::BuiltinOperator_MAX_POOL_2D, &Self::max_pool},
        {schema::BuiltinOperator_AVERAGE_POOL_2D, &Self::average_pool},
        {schema::BuiltinOperator_MEAN, &Self::mean},
        {schema::BuiltinOperator_REDUCE_MAX, &Self::maximum},
        {schema::BuiltinOperator_ADD, &Self::add},
        {schema::BuiltinOperator_SUB, &Self::subtract},
        {schema::BuiltinOperator_MUL, &Self::multiply},
        {schema::BuiltinOperator_DIV, &Self::divide},
        {schema::BuiltinOperator_CONCATENATION, &Self::concatenate},
        {schema::BuiltinOperator_SLICE, &Self::slice},
        {schema::BuiltinOperator_STRIDED_SLICE, &Self::strided_slice},
        {schema::BuiltinOperator_SPLIT, &Self::split},
        {schema::BuiltinOperator_RESHAPE, &Self::reshape},
        {schema::BuiltinOperator_SQUEEZE, &Self::reshape},
        {schema::BuiltinOperator_EXPAND_DIMS, &Self::reshape},
        {schema::BuiltinOperator_TRANSPOSE, &Self::transpose},
        {schema::BuiltinOperator_PAD, &Self::pad},
        {schema::BuiltinOperator_PADV2, &Self::pad},
        {schema::BuiltinOperator_LEAKY_RELU, &Self::leaky_relu},
        {schema::BuiltinOperator_RELU, &Self::activation<schema::Activation_RELU>},
        {schema::BuiltinOperator_RELU6, &Self::activation<schema::Activation_RELU6>},
        {schema::BuiltinOperator_RELU_N1_TO_1, &Self::activation<schema::Activation_RELU_N1_TO_1>},
        {schema::BuiltinOperator_TANH, &Self::activation<schema::Activation_TANH>},
        {schema::BuiltinOperator_HARD_SWISH, &Self::hard_swish},
        {schema::BuiltinOperator_LOGISTIC, &Self::logistic},
        {schema::BuiltinOperator_ELU, &Self::elu},
        {schema::BuiltinOperator_ABS, &Self::abs},
        {schema::BuiltinOperator_NEG, &Self::negate},
        {schema::BuiltinOperator_SOFTMAX, &Self::softmax},
        {schema::BuiltinOperator_LOG_SOFTMAX, &Self::log_softmax},
        {schema::BuiltinOperator_QUANTIZE, &Self::same},
        {schema::BuiltinOperator_DEQUANTIZE, &Self::same},
    };
    return {std::begin(list), std::end(list)};
  }

  template <class Options>
  static schema::Activation activation_of(const Options* options) {
    return options == nullptr ? schema::Activation_NONE : options->activation();
  }
  /// Axis of a map with channels first.
  static std::int64_t turned_axis(std::int64_t axis, std::size_t rank) {
    const auto at = onnx::normal_axis(axis, rank);
    const AxisOrder order = channels_first(rank);
    if (!at || order.empty()) return axis;
    return std::find(order.begin(), order.end(), *at) - order.begin();
  }
  std::size_t rank_of(std::size_t index) const { return tensor(index) == nullptr ? 0 : tensor(index)->rank(); }
  std::int64_t channels_of(std::size_t index) const { return rank_of(index) == 0 ? 1 : tensor(index)->shape.back(); }

  /// Kernels, strides and padding; pads follow from the sizes where a map is padded so that it keeps its size.
  template <class Options>
  static std::vector<Attribute> windows(const Options& options) {
    std::vector<Attribute> list{ints("strides", {options.stride_h(), options.stride_w()})};
    list.push_back(text("auto_pad", options.padding() == schema::Padding_SAME ? "SAME_UPPER" : "VALID"));
    return list;
  }
  template <class Options>
  void conv_with(const Options* options, const AxisOrder& order, std::int64_t groups) {
    if (options == nullptr) return refuse("has no options");
    std::vector<Attribute> attributes = windows(*options);
    attributes.push_back(ints("dilations", {options->dilation_h(), options->dilation_w()}));
    attributes.push_back(integer("group", groups));
    write("Conv", {input(0), weights(1, order), input(2)}, std::move(attributes), options->activation());
  }
  void conv() {
    const std::int64_t each = std::max<std::int64_t>(channels_of(1), 1);
    conv_with(op_->builtin_options_as_Conv2DOptions(), {0, 3, 1, 2}, channels_of(0) / each);
  }
  void depthwise_conv() { conv_with(op_->builtin_options_as_DepthwiseConv2DOptions(), {3, 0, 1, 2}, channels_of(0)); }

  /// How one axis of a map grows: zeros left out in front and behind, or added behind.
  struct Growth {
    std::int64_t front = 0, behind = 0, more = 0;
  };
  static Growth growth(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride) {
    const std::int64_t all = (in - 1) * stride + kernel - out;
    return all > 0 ? Growth{all / 2, all - all / 2, 0} : Growth{0, 0, -all};
  }
  void transpose_conv() {
    const auto* const options = op_->builtin_options_as_TransposeConvOptions();
    if (options == nullptr) return refuse("has no options");
    const FileTensor& to = tensors_[output()];
    if (rank_of(1) != 4 || rank_of(2) != 4 || to.rank() != 4) return refuse("has no maps");
    const Dimensions &in = tensor(2)->shape, &kernel = tensor(1)->shape;
    const Growth rows = growth(in[1], to.shape[1], kernel[1], options->stride_h());
    const Growth columns = growth(in[2], to.shape[2], kernel[2], options->stride_w());
    write("ConvTranspose", {input(2), weights(1, {3, 0, 1, 2}), input(3)},
          {ints("strides", {options->stride_h(), options->stride_w()}),
           ints("pads", {rows.front, columns.front, rows.behind, columns.behind}),
           ints("output_padding", {rows.more, columns.more})},
          options->activation());
  }

  void fully_connected() {
    const auto* const options = op_->builtin_options_as_FullyConnectedOptions();
    if (options != nullptr && options->weights_format() != 0) return refuse("has shuffled weights");
    if (tensor(0) == nullptr || tensor(1) == nullptr) return refuse("has no operands");
    std::string from = input(0);
    const Dimensions& shape = tensor(0)->shape;
    const std::string name = tensors_[output()].name;
    if (shape.size() != 2) from = reshaped(from, shape, {-1, channels_of(1)}, tensors_.fresh(name + "_flat"));
    const Dimensions& to = tensors_[output()].shape;
    std::vector<std::string> inputs{from, input(1), input(2)};
    if (to.size() == 2) return write("Gemm", inputs, {integer("transB", 1)}, activation_of(options));
    const std::string flat = tensors_.fresh(name + "_row");
    write_node("Gemm", inputs, flat, {integer("transB", 1)});
    activate(reshaped(flat, {1, channels_of(1)}, to, tensors_.fresh(name + "_shaped")), activation_of(options));
  }

  void pool(const char* op) {
    const auto* const options = op_->builtin_options_as_Pool2DOptions();
    if (options == nullptr) return refuse("has no options");
    std::vector<Attribute> attributes = windows(*options);
    attributes.push_back(ints("kernel_shape", {options->filter_h(), options->filter_w()}));
    write(op, {input(0)}, std::move(attributes), options->activation());
  }
  void max_pool() { pool("MaxPool"); }
  void average_pool() { pool("AveragePool"); }

  void reduce(const char* op) {
    const auto* const options = op_->builtin_options_as_ReducerOptions();
    Dimensions axes = list(1);
    if (axes.empty()) return refuse("does not say its axes by constants");
    for (std::int64_t& axis : axes) axis = turned_axis(axis, rank_of(0));
    write(op, {input(0), hold_list(axes)}, {integer("keepdims", options != nullptr && options->keep_dims() ? 1 : 0)});
  }
  void mean() { reduce("ReduceMean"); }
  void maximum() { reduce("ReduceMax"); }

  void combine(const char* op, schema::Activation activation) {
    const std::size_t rank = std::max(rank_of(0), rank_of(1));
    write(op, {repeated(0, rank), repeated(1, rank)}, {}, activation);
  }
  void add() { combine("Add", activation_of(op_->builtin_options_as_AddOptions())); }
  void subtract() { combine("Sub", activation_of(op_->builtin_options_as_SubOptions())); }
  void multiply() { combine("Mul", activation_of(op_->builtin_options_as_MulOptions())); }
  void divide() { combine("Div", activation_of(op_->builtin_options_as_DivOptions())); }

  void concatenate() {
    const auto* const options = op_->builtin_options_as_ConcatenationOptions();
    std::vector<std::string> inputs;
    for (std::size_t i = 0; i < count(); ++i) inputs.push_back(input(i));
    const std::int64_t axis = options == nullptr ? 0 : options->axis();
    write("Concat", std::move(inputs), {integer("axis", turned_axis(axis, rank_of(0)))}, activation_of(options));
  }

  // Parts of tensors.
  void write_slice(const Dimensions& begins, const Dimensions& ends, const Dimensions& steps) {
    Dimensions axes;
    for (std::size_t axis = 0; axis < begins.size(); ++axis)
      axes.push_back(turned_axis(static_cast<std::int64_t>(axis), rank_of(0)));
    write("Slice", {input(0), hold_list(begins), hold_list(ends), hold_list(axes), hold_list(steps)});
  }
  void slice() {
    const Dimensions begins = list(1);
    Dimensions ends = list(2);
    if (begins.size() != rank_of(0) || ends.size() != begins.size())
      return refuse("does not say its part by constants");
    for (std::size_t i = 0; i < ends.size(); ++i) ends[i] = ends[i] < 0 ? tensor(0)->shape[i] : begins[i] + ends[i];
    write_slice(begins, ends, Dimensions(ends.size(), 1));
  }
  void strided_slice() {
    const auto* const options = op_->builtin_options_as_StridedSliceOptions();
    Dimensions begins = list(1), ends = list(2);
    const Dimensions steps = list(3);
    const bool other =
        options != nullptr && (options->ellipsis_mask() | options->new_axis_mask() | options->shrink_axis_mask()) != 0;
    if (other || begins.size() != rank_of(0) || ends.size() != begins.size() || steps.size() != begins.size())
      return unknown();
    for (std::size_t i = 0; options != nullptr && i < begins.size(); ++i) {
      const bool forward = steps[i] > 0;
      if ((options->begin_mask() >> i & 1) != 0) begins[i] = forward ? 0 : -1;
      if ((options->end_mask() >> i & 1) != 0) ends[i] = forward ? tensor(0)->shape[i] : -1 - tensor(0)->shape[i];
    }
    write_slice(begins, ends, steps);
  }
  void split() {
    const Dimensions axis = list(0);
    if (axis.size() != 1) return refuse("does not say its axis by a constant");
    write("Split", {input(1)}, {integer("axis", turned_axis(axis[0], rank_of(1)))});
    name_all_outputs();
  }
  void name_all_outputs() {
    for (flatbuffers::uoffset_t i = 1; ok() && i < op_->outputs()->size(); ++i)
      model_.nodes.back().outputs.push_back(tensors_[static_cast<std::size_t>(op_->outputs()->Get(i))].name);
  }

  // Shapes.
  void reshape() {
    if (tensor(0) == nullptr) return refuse("has no operands");
    reshaped(input(0), tensor(0)->shape, tensors_[output()].shape, tensors_[output()].name);
  }
  void transpose() {
    const Dimensions order = list(1);
    const std::size_t rank = rank_of(0);
    if (order.size() != rank) return refuse("does not say the order of axes by constants");
    const std::string name = tensors_[output()].name;
    if (channels_first(rank).empty()) return write("Transpose", {input(0)}, {ints("perm", order)});
    const std::string last = transposed(input(0), channels_last(rank), tensors_.fresh(name + "_last"));
    const std::string file = tensors_.fresh(name + "_file");
    write_node("Transpose", {last}, file, {ints("perm", order)});
    transposed(file, channels_first(rank), name);
  }
  /// Two numbers for each axis become all in front, then all behind.
  void pad() {
    const std::size_t rank = rank_of(0);
    const Dimensions given = list(1);
    if (given.size() != 2 * rank) return refuse("does not say its pads by constants");
    Dimensions pads(2 * rank, 0);
    for (std::size_t axis = 0; axis < rank; ++axis) {
      const auto at = static_cast<std::size_t>(turned_axis(static_cast<std::int64_t>(axis), rank));
      pads[at] = given[2 * axis];
      pads[at + rank] = given[2 * axis + 1];
    }
    write("Pad", {input(0), hold_list(pads), input(2)});
  }

  // Activations.
  template <schema::Activation Function>
  void activation() {
    activate(input(0), Function);
  }
  void leaky_relu() {
    const auto* const options = op_->builtin_options_as_LeakyReluOptions();
    if (options == nullptr) return refuse("has no options");
    write("LeakyRelu", {input(0)}, {number("alpha", static_cast<double>(options->alpha()))});
  }
  void hard_swish() { write("HardSwish", {input(0)}); }
  void logistic() { write("Sigmoid", {input(0)}); }
  void elu() { write("Elu", {input(0)}); }
  void abs() { write("Abs", {input(0)}); }
  void negate() { write("Neg", {input(0)}); }
  void softmax() {
    const auto* const options = op_->builtin_options_as_SoftmaxOptions();
    const double beta = options == nullptr ? 1 : static_cast<double>(options->beta());
    write("Softmax", {input(0)}, {number("beta", beta)});
  }
  void log_softmax() { write("LogSoftmax", {input(0)}); }

  /// Other bytes for the same real numbers: what they are is among the ranges of tensors.
  void same() {
    if (held(0)) stands_for_[output()] = operand(0);
    if (!held(0)) write("Identity", {input(0)});
  }
  void unknown() {
    std::vector<std::string> inputs;
    for (std::size_t i = 0; i < count(); ++i)
      if (tensor(i) != nullptr && !tensor(i)->counts()) inputs.push_back(input(i));
    write(shown_op_, std::move(inputs));
    name_all_outputs();
  }
};

}  // namespace incuse::import::tflite::detail
