// Nodes that become layers: convolutions, linear layers, batch norm, pooling, sums.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/onnx/lowering.hpp>
#include <incuse/model/shapes.hpp>

namespace incuse::import::onnx::detail {

/// Windows of a node: kernel, strides, dilations, and the padding at the top, left, bottom and right. One-dimensional
/// ones have one column.
struct Windows {
  std::size_t axes = 2;
  Extent kernel{1, 1}, stride{1, 1}, dilation{1, 1};
  std::array<std::int64_t, 4> padding{};

  bool pads() const { return padding != std::array<std::int64_t, 4>{}; }
  bool symmetric() const { return padding[0] == padding[2] && padding[1] == padding[3]; }
};

class LayerLowering : public Lowering {
 public:
  using Lowering::Lowering;

 protected:
  /// With the zeros that a Pad puts around the map.
  static Dimensions padded_shape(const Value& value) {
    Dimensions shape = value.shape;
    for (std::size_t i = 0; i < 4; ++i)
      if (value.padding[i] != 0) shape[2 + i % 2] += value.padding[i];
    return shape;
  }
  static Dimensions shape_of(Shape map, std::size_t rank) {
    Dimensions shape{1, map.channels, map.height, map.width};
    shape.resize(rank);
    return shape;
  }
  void refuse_with_guess(const std::string& sentence, const Dimensions& shape) {
    refuse(sentence);
    define_guess(checked_shape(shape).value_or(Dimensions{1, 1, 1, 1}));
  }

  /// Reads two numbers, or one, from an attribute; false if it makes no sense.
  bool read_extent(const char* name, std::size_t axes, Extent& extent) {
    const Attribute* const found = node_->find(name);
    if (found == nullptr) return true;
    bool sensible = found->integers.size() == axes;
    for (std::int64_t size : found->integers) sensible = sensible && size >= 1 && size <= 32767;
    if (sensible) extent = {static_cast<int>(found->integers[0]), axes == 2 ? static_cast<int>(found->integers[1]) : 1};
    if (!sensible) refuse(std::string("'") + name + "' is not " + std::to_string(axes) + " numbers of 1 to 32767");
    return sensible;
  }
  /// Reads the windows of a node over a map; nothing if they make no sense. `weights` say how large the kernel is,
  /// where the node has some.
  std::optional<Windows> read_windows(const Value& value, const Tensor* weights) {
    Windows windows;
    Extent kernel{1, 1};
    if (weights != nullptr)
      kernel = {static_cast<int>(weights->shape[2]),
                weights->shape.size() == 4 ? static_cast<int>(weights->shape[3]) : 1};
    windows.axes = value.shape.size() == 3 ? 1 : 2;
    windows.kernel = kernel;
    if (value.shape.size() != 3 && value.shape.size() != 4) {
      refuse("it reads a tensor of " + text_of(value.shape) + ": networks have maps of one or two dimensions");
      return std::nullopt;
    }
    if (!read_extent("kernel_shape", windows.axes, windows.kernel) ||
        !read_extent("strides", windows.axes, windows.stride) ||
        !read_extent("dilations", windows.axes, windows.dilation) || !read_padding(value, windows))
      return std::nullopt;
    if (weights == nullptr || (weights->shape.size() == value.shape.size() && windows.kernel == kernel)) return windows;
    refuse("its weights have the shape " + text_of(weights->shape) + ", but it reads a tensor of " +
           text_of(value.shape) + " with kernels of " + text_of(windows.kernel));
    return std::nullopt;
  }
  bool read_padding(const Value& value, Windows& windows) {
    const std::string rule = node_->text("auto_pad", "NOTSET");
    if (rule == "SAME_UPPER" || rule == "SAME_LOWER") {
      const auto add = [&](std::size_t axis, int size, int kernel, int stride, int dilation) {
        const std::int64_t count = (size + stride - 1) / stride;
        const std::int64_t all = std::max<std::int64_t>((count - 1) * stride + (kernel - 1LL) * dilation + 1 - size, 0);
        windows.padding[axis] = rule == "SAME_UPPER" ? all / 2 : all - all / 2;
        windows.padding[axis + 2] = all - windows.padding[axis];
      };
      const auto size = [&](int given, std::size_t axis) {
        return given + static_cast<int>(value.padding[axis] + value.padding[axis + 2]);
      };
      add(0, size(value.map.height, 0), windows.kernel.height, windows.stride.height, windows.dilation.height);
      if (windows.axes == 2)
        add(1, size(value.map.width, 1), windows.kernel.width, windows.stride.width, windows.dilation.width);
    } else if (const Attribute* pads = node_->find("pads"); pads != nullptr && rule == "NOTSET") {
      bool sensible = pads->integers.size() == 2 * windows.axes;
      for (std::int64_t size : pads->integers) sensible = sensible && size >= 0 && size <= 32767;
      if (!sensible) refuse("'pads' is not " + std::to_string(2 * windows.axes) + " numbers of 0 or more");
      if (!sensible) return false;
      windows.padding = windows.axes == 2 ? std::array<std::int64_t, 4>{pads->integers[0], pads->integers[1],
                                                                        pads->integers[2], pads->integers[3]}
                                          : std::array<std::int64_t, 4>{pads->integers[0], 0, pads->integers[1], 0};
    }
    return true;
  }

  /// Takes over the pooling of the step that a layer reads, if only this layer reads it.
  void take_pooling(Step& own, const Value& value) {
    Step* const pool = own_step(value);
    if (pool == nullptr || pool->layer.weighted() || pool->layer.pooling == Pooling::none ||
        pool->layer.elementwise != Elementwise::none || target_.software)
      return;
    own.layer.pooling = pool->layer.pooling;
    own.layer.pool = pool->layer.pool;
    own.layer.pool_stride = pool->layer.pool_stride;
    if (own.layer.one_dimensional()) own.layer.pool_stride.width = 1;
    own.layer.pool_dilation = pool->layer.pool_dilation;
    own.sources = pool->sources;
    own.nodes = pool->nodes;
    own.sole_reader = pool->sole_reader;
    pool->dropped = true;
  }

  /// The weights of a node, as floats; null with a refusal if they are no constant.
  const Tensor* weights_of(std::size_t index, std::size_t least_rank, std::size_t most_rank_of_them) {
    const Tensor* const weights = constant(index);
    if (weights == nullptr) {
      refuse("its weights are computed from the input: a chip stores them");
    } else if (weights->shape.size() < least_rank || weights->shape.size() > most_rank_of_them ||
               !checked_shape(weights->shape)) {
      refuse("its weights have the shape " + text_of(weights->shape) +
             ": there are convolutions of one and two dimensions");
      return nullptr;
    }
    return weights;
  }
  static std::vector<float> floats_of(const Tensor& tensor) {
    std::vector<float> list;
    for (double value : tensor.values) list.push_back(static_cast<float>(value));
    return list;
  }
  /// The bias of a node, one value per channel; false if it is something else.
  bool read_bias(std::size_t index, int channels, std::vector<float>& bias) {
    if (index >= node_->inputs.size() || node_->inputs[index].empty()) return true;
    const Tensor* const given = constant(index);
    if (!holds_numbers(index)) return false;
    if (given != nullptr && given->values.size() == static_cast<std::size_t>(channels)) bias = floats_of(*given);
    if (given != nullptr && given->values.size() == 1)
      bias.assign(static_cast<std::size_t>(channels), static_cast<float>(given->values[0]));
    if (bias.empty()) refuse("its bias is not one constant for each of " + std::to_string(channels) + " channels");
    return !bias.empty();
  }
  /// "conv1" of the weights "conv1.weight", else of the node.
  std::string name_by_weights(std::size_t index) const {
    const bool named = node_->inputs[index].ends_with(".weight");
    return layer_name(named ? node_->inputs[index] : node_->name, node_->op);
  }

  // Convolutions.
  void conv() {
    std::optional<Value> value = read(0);
    const Tensor* const weights = weights_of(1, 3, 4);
    if (weights == nullptr || !value) return define_guess(value ? value->shape : Dimensions{1, 1, 1, 1});
    const auto windows = read_windows(*value, weights);
    if (!windows) return define_guess(value->shape);
    Step own = convolution(*weights, *windows, static_cast<int>(weights->shape[0]));
    Windows padded = *windows;
    for (std::size_t i = 0; i < 4; ++i) padded.padding[i] += value->padding[i];
    value->padding = {};
    const Shape out = convolved(value->map, padded, own.layer.out_channels);
    if (!fits(*value, own, weights->shape[1] * own.layer.groups) || !is_legal(padded, value->map, out) ||
        !read_bias(2, own.layer.out_channels, own.bias) || !holds_numbers(1))
      return define_guess(checked_shape(shape_of(out, value->shape.size())).value_or(value->shape));
    own.layer.padding = {static_cast<int>(padded.padding[0]), static_cast<int>(padded.padding[1])};
    make_dense(own, value->map.channels);
    finish_convolution(std::move(own), *value, out);
  }
  Step convolution(const Tensor& weights, const Windows& windows, int out_channels) {
    Step own;
    own.name = name_by_weights(1);
    own.layer.op = windows.axes == 1 ? Operator::conv1d : Operator::conv2d;
    own.layer.out_channels = out_channels;
    own.layer.kernel = windows.kernel;
    own.layer.stride = windows.stride;
    own.layer.dilation = windows.dilation;
    own.layer.groups = static_cast<int>(std::clamp<std::int64_t>(node_->integer("group", 1), 1, 32767));
    for (std::int64_t size : weights.shape) own.weight_shape.push_back(static_cast<int>(size));
    own.weight = floats_of(weights);
    return own;
  }
  static Shape convolved(Shape in, const Windows& w, int channels) {
    const auto size = [](int length, int kernel, int stride, int dilation, std::int64_t before, std::int64_t behind) {
      const std::int64_t room = length + before + behind - (kernel - 1LL) * dilation - 1;
      return room < 0 ? 0 : static_cast<int>(room / stride + 1);
    };
    return {
        channels, size(in.height, w.kernel.height, w.stride.height, w.dilation.height, w.padding[0], w.padding[2]),
        w.axes == 1 ? 1 : size(in.width, w.kernel.width, w.stride.width, w.dilation.width, w.padding[1], w.padding[3])};
  }
  /// Whether the weights are made for the channels that there are.
  bool fits(const Value& value, const Step& own, std::int64_t channels) {
    const bool groups =
        own.layer.out_channels % own.layer.groups == 0 && node_->integer("group", 1) == own.layer.groups;
    if (!groups)
      refuse("its group is " + std::to_string(node_->integer("group", 1)) + ", which does not divide its " +
             std::to_string(own.layer.out_channels) + " output channels");
    if (groups && value.known && channels != value.map.channels)
      refuse("its weights are made for " + std::to_string(channels) + " channels, but it reads " +
             std::to_string(value.map.channels));
    if (own.layer.out_channels > most_channels) refuse("it has more than 32767 output channels");
    return groups && channels == value.map.channels && own.layer.out_channels <= most_channels;
  }
  /// What the model language has no words for.
  bool is_legal(const Windows& windows, Shape in, Shape out) {
    const std::size_t before = result_.refusals.size();
    if (windows.axes == 2 && windows.stride != Extent{1, 1})
      refuse("strides are " + text_of(windows.stride) + ", and " + target_.chip +
             " convolves with stride 1; nearest: stride 1, and behind it MaxPool2d(1, stride=" +
             std::to_string(windows.stride.height) + "), which keeps the same pixels, or a pooling layer in front");
    if (!windows.symmetric()) {
      const auto most = static_cast<int>(std::max(windows.padding[0], windows.padding[2]));
      refuse("pads are " + std::to_string(windows.padding[0]) + ", " + std::to_string(windows.padding[1]) + ", " +
             std::to_string(windows.padding[2]) + ", " + std::to_string(windows.padding[3]) +
             " (top, left, bottom, right), and " + target_.chip +
             " pads both sides alike; nearest: " + std::to_string(most) + " on all sides");
    }
    if (!out.extent().exists())
      refuse("its kernel of " + text_of(windows.kernel) + " is larger than its map of " + text_of(in.extent()));
    return before == result_.refusals.size();
  }
  /// Groups that the chip does not have become an ordinary convolution, with zeros between the groups.
  void make_dense(Step& own, int channels) {
    const int groups = own.layer.groups, out = own.layer.out_channels;
    if (groups == 1 || (target_.depthwise && groups == channels && out == channels)) return;
    const auto each = own.weight_shape[1], taps = own.layer.kernel.area();
    if (1LL * out * channels * taps > static_cast<long long>(most_elements))
      return refuse("its " + std::to_string(groups) +
                    " groups as one convolution have more weights than any chip holds");
    note("its " + std::to_string(groups) + " groups become one convolution with zeros between them: " + target_.chip +
         (target_.depthwise ? " has depth-wise ones with as many outputs as inputs, and ordinary ones"
                            : " has ordinary convolutions"));
    std::vector<float> dense(static_cast<std::size_t>(1LL * out * channels * taps), 0.0f);
    for (int o = 0; o < out; ++o)
      for (int i = 0; i < each; ++i)
        for (int t = 0; t < taps; ++t) {
          const long long to = (1LL * o * channels + o / (out / groups) * each + i) * taps + t;
          const long long from = (1LL * o * each + i) * taps + t;
          dense[static_cast<std::size_t>(to)] = own.weight[static_cast<std::size_t>(from)];
        }
    own.weight = std::move(dense);
    own.weight_shape[1] = channels;
    own.layer.groups = 1;
  }
  /// A factor of the input is multiplied into the weights, if it is not into those in front.
  void take_factor(Step& own, Value& value) {
    if (value.offset != 0 || value.scale == 1 || takes_factor(value)) return;
    for (float& weight : own.weight) weight = static_cast<float>(static_cast<double>(weight) * value.scale);
    value.scale = 1;
  }
  void finish_convolution(Step own, Value& value, Shape out) {
    const std::size_t rank = value.shape.size();
    take_factor(own, value);
    own.sources = sources_of(value);
    own.sole_reader = value.exclusive;
    take_pooling(own, value);
    Value result = written(append(std::move(own), out), out, shape_of(out, rank));
    result.known = value.known;
    define(std::move(result));
  }

  void conv_transpose() {
    std::optional<Value> value = read(0);
    const Tensor* const weights = weights_of(1, 4, 4);
    if (weights == nullptr || !value) return define_guess(value ? value->shape : Dimensions{1, 1, 1, 1});
    auto windows = read_windows(*value, weights);
    if (!windows) return define_guess(value->shape);
    const auto groups = std::clamp<std::int64_t>(node_->integer("group", 1), 1, 32767);
    Step own = convolution(*weights, *windows, static_cast<int>(weights->shape[1] * groups));
    own.layer.op = Operator::conv_transpose2d;
    const Attribute* const given = node_->find("output_padding");
    Dimensions more = given == nullptr ? Dimensions{0, 0} : given->integers;
    if (windows->kernel == Extent{2, 2} && !windows->pads() && more == Dimensions{0, 0}) {
      widen_kernels(own, *windows);
      more = {1, 1};
    }
    const std::size_t before = result_.refusals.size();
    refuse_transposed(*windows, groups, more);
    own.layer.output_padding = static_cast<int>(std::clamp<std::int64_t>(more.empty() ? 0 : more[0], 0, 32767));
    own.layer.padding = {static_cast<int>(windows->padding[0]), static_cast<int>(windows->padding[1])};
    const auto size = [&](int length, int kernel, int padding) {
      return transposed_size(length, kernel, padding, own.layer.output_padding);
    };
    const Shape out{own.layer.out_channels, size(value->map.height, windows->kernel.height, own.layer.padding.height),
                    size(value->map.width, windows->kernel.width, own.layer.padding.width)};
    const bool readable =
        fits(*value, own, weights->shape[0]) && read_bias(2, own.layer.out_channels, own.bias) && holds_numbers(1);
    if (!readable || before != result_.refusals.size() || !checked_shape(shape_of(out, 4)))
      return define_guess(checked_shape(shape_of(out, 4)).value_or(value->shape));
    finish_convolution(std::move(own), *value, out);
  }

  /// Kernels of 2x2 that neither overlap nor leave pixels out are such of 3x3, with zeros at the top and on the left,
  /// whose first row and column of the output are left out.
  static void widen_kernels(Step& own, Windows& windows) {
    std::vector<float> wide(own.weight.size() / 4 * 9, 0.0f);
    for (std::size_t i = 0; i < own.weight.size(); ++i) {
      const std::size_t row = i / 2 % 2 + 1, column = i % 2 + 1;
      wide[i / 4 * 9 + row * 3 + column] = own.weight[i];
    }
    own.weight = std::move(wide);
    own.weight_shape[2] = own.weight_shape[3] = 3;
    own.layer.kernel = windows.kernel = {3, 3};
    windows.padding = {1, 1, 1, 1};
  }
  /// What the model language has no words for.
  void refuse_transposed(const Windows& windows, std::int64_t groups, const Dimensions& output_padding) {
    if (windows.stride != Extent{2, 2})
      refuse("strides are " + text_of(windows.stride) +
             ", and transposed convolutions have stride 2; nearest: strides of 2 with a 3x3 kernel, pads of 1 and "
             "output_padding of 1");
    if (!windows.symmetric()) refuse("its pads differ from side to side; nearest: 1 on all sides");
    if (output_padding.size() != 2 || output_padding[0] != output_padding[1])
      refuse("its output_padding is not the same for rows and columns; nearest: 1 for both");
    if (groups != 1) refuse("it has " + std::to_string(groups) + " groups; nearest: one group");
    if (node_->find("output_shape") != nullptr || node_->text("auto_pad", "NOTSET") != "NOTSET")
      refuse("it says its output_shape or auto_pad; nearest: pads of 1 and output_padding of 1");
  }

  // Linear layers.
  void gemm() {
    const Tensor* const weights = constant(1);
    if (weights == nullptr || constant(0) != nullptr || weights->shape.size() != 2)
      return refuse_with_guess("its first operand is not the network's tensor, or its second no constant matrix",
                               {1, 1});
    if (node_->integer("transA", 0) != 0) return refuse_with_guess("it transposes its input", {1, 1});
    linear(*weights, node_->integer("transB", 0) != 0, node_->number("alpha", 1), node_->number("beta", 1));
  }
  void matmul() {
    const Tensor* const weights = constant(1);
    if (weights == nullptr || weights->shape.size() != 2)
      return refuse_with_guess(constant(0) != nullptr
                                   ? "its first operand is the constant; layers multiply with stored weights from the "
                                     "right; nearest: the product of the transposed ones"
                                   : "it multiplies two tensors that are computed; chips multiply with stored weights",
                               {1, 1});
    linear(*weights, false, 1, 1);
  }
  void linear(const Tensor& weights, bool rows_are_outputs, double alpha, double beta) {
    std::optional<Value> value = read(0);
    const auto outputs = static_cast<std::size_t>(weights.shape[rows_are_outputs ? 0 : 1]);
    const auto inputs = static_cast<std::size_t>(weights.shape[rows_are_outputs ? 1 : 0]);
    const Shape out{static_cast<int>(outputs), 1, 1};
    if (!value || !checked_shape(weights.shape)) return define_guess({1, 1});
    if (outputs > static_cast<std::size_t>(most_channels))
      return refuse_with_guess("it has more than 32767 outputs", {1, 1});
    if (!holds_numbers(1)) return define_guess({1, static_cast<std::int64_t>(outputs)});
    const bool flat = value->shape.size() == 2 && value->map.elements() == static_cast<int>(inputs);
    if (!flat && value->known)
      refuse("it reads a tensor of " + text_of(value->shape) + ", but its weights are made for 1x" +
             std::to_string(inputs) + ": put Flatten in front of it");
    Step own;
    own.name = name_by_weights(1);
    own.layer.op = Operator::linear;
    own.layer.out_channels = static_cast<int>(outputs);
    own.layer.flatten = value->map.pixels() > 1;
    own.weight_shape = {static_cast<int>(outputs), static_cast<int>(inputs)};
    own.weight.resize(outputs * inputs);
    for (std::size_t o = 0; o < outputs; ++o)
      for (std::size_t i = 0; i < inputs; ++i)
        own.weight[o * inputs + i] =
            static_cast<float>(alpha * weights.values[rows_are_outputs ? o * inputs + i : i * outputs + o]);
    if (flat) order_columns(*value, own.weight);
    const bool readable = read_bias(2, static_cast<int>(outputs), own.bias);
    if (!flat || !readable) return define_guess({1, static_cast<std::int64_t>(outputs)});
    for (float& bias : own.bias) bias = static_cast<float>(beta * static_cast<double>(bias));
    take_factor(own, *value);
    own.sources = sources_of(*value);
    own.sole_reader = value->exclusive;
    own.layer.flatten = value->map.pixels() > 1;
    if (!own.layer.flatten) take_pooling(own, *value);  // what flattens does not pool
    define(written(append(std::move(own), out), out, {1, static_cast<std::int64_t>(outputs)}));
  }

  /// Weights for a map that was flattened in another order than channels, rows, columns: their columns change places.
  static void order_columns(Value& value, std::vector<float>& weights) {
    const std::vector<std::size_t> order = std::exchange(value.flat_order, {});
    if (order.empty()) return;
    const Dimensions map{1, value.map.channels, value.map.height, value.map.width}, strides = strides_of(map);
    Dimensions shape;
    for (std::size_t axis : order) shape.push_back(map[axis]);
    const std::size_t inputs = elements_of(map);
    const std::vector<float> given = weights;
    Position at(shape);
    for (std::size_t from = 0; from < inputs; ++from, at.next()) {
      std::int64_t to = 0;
      for (std::size_t i = 0; i < order.size(); ++i) to += at[i] * strides[order[i]];
      for (std::size_t row = 0; row < given.size(); row += inputs)
        weights[row + static_cast<std::size_t>(to)] = given[row + from];
    }
  }

  void batch_norm() {
    std::optional<Value> value = read(0);
    const auto per_channel = [&](std::size_t index) -> const Tensor* {
      const Tensor* const given = constant(index);
      const bool fitting =
          given != nullptr && value && given->values.size() == static_cast<std::size_t>(value->map.channels);
      return fitting ? given : nullptr;
    };
    const Tensor *gamma = per_channel(1), *beta = per_channel(2), *mean = per_channel(3), *variance = per_channel(4);
    if (gamma == nullptr || beta == nullptr || mean == nullptr || variance == nullptr)
      return refuse_with_guess("its parameters are not one constant for each channel",
                               value ? value->shape : Dimensions{});
    for (std::size_t i = 1; i <= 4; ++i)
      if (!holds_numbers(i)) return define_guess(value->shape);
    if (node_->integer("training_mode", 0) != 0 || node_->outputs.size() > 1)
      note("batch norm in training mode is taken with its running mean and variance");
    const double epsilon = node_->number("epsilon", 1e-5);
    std::vector<double> factors, offsets;
    for (std::size_t c = 0; c < gamma->values.size(); ++c) {
      factors.push_back(gamma->values[c] / std::sqrt(variance->values[c] + epsilon));
      offsets.push_back(beta->values[c] - mean->values[c] * factors.back());
    }
    settle(*value);
    define(scaled(*value, factors, offsets));
  }

  // Pooling.
  void pool() {
    std::optional<Value> value = read(0);
    if (!value) return define_guess({1, 1, 1, 1});
    const auto windows = read_windows(*value, nullptr);
    if (!windows) return define_guess(value->shape);
    const bool maximum = node_->op == "MaxPool";
    const Extent reach{(windows->kernel.height - 1) * windows->dilation.height + 1,
                       (windows->kernel.width - 1) * windows->dilation.width + 1};
    const auto left_over = [](int size, int reach_of, int stride) {
      return size >= reach_of && (size - reach_of) % stride != 0;
    };
    Windows unpadded = *windows, padded = *windows;
    unpadded.padding = {};
    for (std::size_t i = 0; i < 4; ++i) padded.padding[i] += value->padding[i];
    const Shape out = convolved(value->map, padded, value->map.channels);
    if (padded.pads())
      return refuse_with_guess("it pads its map, and " + target_.chip + " pools what is there; nearest: no padding, " +
                                   "which makes " + text_of(convolved(value->map, unpadded, 1).extent()) +
                                   " instead of " + text_of(out.extent()) + ", or a kernel of " +
                                   text_of(windows->stride),
                               shape_of(out, value->shape.size()));
    const bool cuts = left_over(value->map.height, reach.height, windows->stride.height) ||
                      (windows->axes == 2 && left_over(value->map.width, reach.width, windows->stride.width));
    if (node_->integer("ceil_mode", 0) != 0 && cuts)
      return refuse_with_guess("ceil_mode adds windows that reach beyond the map; nearest: ceil_mode=0, which makes " +
                                   text_of(out.extent()),
                               shape_of(out, value->shape.size()));
    if (!out.extent().exists())
      return refuse_with_guess(
          "its window of " + text_of(windows->kernel) + " is larger than its map of " + text_of(value->map.extent()),
          value->shape);
    add_pool(*value, maximum ? Pooling::max : Pooling::average, *windows, out, shape_of(out, value->shape.size()));
  }
  void global_pool() {
    std::optional<Value> value = read(0);
    if (!value || value->shape.size() < 3)
      return refuse_with_guess("it reads no map", value ? value->shape : Dimensions{});
    global(*value, node_->op == "GlobalMaxPool" ? Pooling::max : Pooling::average, true);
  }
  void global(Value& value, Pooling pooling, bool keeps) {
    Windows windows;
    windows.kernel = windows.stride = value.map.extent();
    const Shape out{value.map.channels, 1, 1};
    const Dimensions shape = shape_of(out, keeps ? value.shape.size() : 2);
    if (value.map.pixels() > 1) return add_pool(value, pooling, windows, out, shape);
    if (!value.plain()) settle(value);
    value.shape = shape;
    define(value);
  }
  /// Means over rows and columns.
  void reduce() {
    std::optional<Value> value = read(0);
    const auto axes = list_of(*node_, constants(), "axes", 1);
    bool spatial = value && axes && axes->size() + 2 == value->shape.size();
    for (std::size_t i = 0; spatial && i < axes->size(); ++i)
      spatial = normal_axis((*axes)[i], value->shape.size()).value_or(0) >= 2;
    if (!spatial)
      return refuse_with_guess("it does not reduce just rows and columns; chips pool these",
                               value ? value->shape : Dimensions{});
    global(*value, node_->op == "ReduceMax" ? Pooling::max : Pooling::average, node_->integer("keepdims", 1) != 0);
  }
  /// Pooling passes a factor and an offset on.
  void add_pool(Value& value, Pooling pooling, const Windows& windows, Shape out, const Dimensions& shape) {
    const double scale = value.scale, offset = value.offset;
    const bool passes = pooling == Pooling::average || scale > 0;
    if (passes) value.scale = 1, value.offset = 0;
    Step own;
    own.layer.pooling = pooling;
    own.layer.pool = windows.kernel;
    own.layer.pool_stride = windows.stride;
    // Where there is one window it makes no difference, and chips have one stride.
    if (out.width == 1)
      own.layer.pool_stride.width = windows.stride.height;
    else if (out.height == 1)
      own.layer.pool_stride.height = windows.stride.width;
    own.layer.pool_dilation = windows.dilation;
    own.sources = sources_of(value);
    own.sole_reader = value.exclusive;
    Value result = written(append(std::move(own), out), out, shape);
    result.known = value.known;
    if (passes) result.scale = scale, result.offset = offset;
    define(std::move(result));
  }

  // Sums.
  void sum() {
    std::optional<Value> a = read(0), b = read(1);
    if (!a || !b || node_->inputs.size() != 2) return refuse_with_guess("it does not combine two tensors", {});
    const bool subtracts = node_->op == "Sub";
    if (a->shape != b->shape) {
      if (a->known && b->known)
        refuse("it combines tensors of " + text_of(a->shape) + " and " + text_of(b->shape) +
               "; chips combine tensors of one shape");
      return define_guess(a->shape);
    }
    Step own;
    own.layer.elementwise = subtracts ? Elementwise::sub : Elementwise::add;
    own.layer.operands = 2;
    own.sources = {source_of(*a), source_of(*b)};
    own.out = a->map;
    if (a->map != b->map)
      return refuse_with_guess("it combines maps of " + text_of(a->map) + " and " + text_of(b->map), a->shape);
    if (own.sources[0] == own.sources[1]) {
      a->scale = subtracts ? 0 : 2;
      return define(*a);
    }
    Value result = written(append(std::move(own), a->map), a->map, a->shape);
    result.known = a->known && b->known;
    define(std::move(result));
  }
};

}  // namespace incuse::import::onnx::detail
