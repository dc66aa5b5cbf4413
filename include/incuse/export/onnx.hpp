// Any network as an ONNX file, for viewers and other frameworks: its real numbers, which are those of the chip's bytes
// in units of 1/128, with named weights and shapes. Operator set 13; field numbers: onnx.proto of ONNX 1.12.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <incuse/export/protobuf.hpp>
#include <incuse/hosted/named_functions.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/model/activations.hpp>
#include <incuse/model/names.hpp>
#include <incuse/model/parameters.hpp>
#include <incuse/model/shapes.hpp>

namespace incuse {

/// The bytes of an ONNX file, or the reasons why there is none.
struct OnnxFile {
  std::string bytes{};
  std::vector<std::string> errors{};  ///< "layer 3 (conv3): ..."

  bool ok() const { return errors.empty(); }
};

namespace detail {

/// Operators of ONNX that compute an activation function, with one attribute where they need it.
struct OnnxFunction {
  float (*function)(float);
  const char* op;
  float alpha;  ///< 0: none
};
inline const OnnxFunction onnx_functions[] = {
    {activations::sigmoid, "Sigmoid", 0},
    {activations::tanh, "Tanh", 0},
    {activations::elu, "Elu", 1.0f},
};

template <int N>
class OnnxWriter {
 public:
  OnnxWriter(const Graph<N>& graph, Parameters parameters) : graph_(infer(graph)), parameters_(parameters) {
    bool real = graph_.real_input;
    for (int i = 0; i < graph_.size; ++i)
      real = real || graph_[i].software != Software::none || graph_[i].activation == Activation::function;
    clips_ = !real;
  }

  OnnxFile write(const std::string& name) {
    names_.insert("input");
    add_port(11, "input", map_dimensions(graph_.input));
    for (int i = 0; i < graph_.size; ++i) {
      values_.push_back({unique(layer_name(i)), 4});
      add_layer(i);
    }
    for (int i : output_layers(graph_)) {
      const Value& value = values_[static_cast<std::size_t>(i)];
      const std::vector<int> flat{1, graph_[i].out.channels};
      add_port(12, value.name, value.rank == 2 ? flat : map_dimensions(graph_[i].out));
    }
    graph_message_.content(2, name.empty() ? "network" : name);
    if (result_.errors.empty()) {
      ProtobufWriter opset, model;
      opset.content(1, "").number(2, 13);
      model.number(1, 7).content(2, "incuse").content(7, graph_message_).content(8, opset);
      result_.bytes = model.bytes();
    }
    return std::move(result_);
  }

 private:
  using Numbers = std::vector<std::int64_t>;
  struct Value {
    std::string name{};
    int rank = 4;  ///< 2 behind a linear layer
  };

  std::string layer_name(int index) const {
    const std::string name = string_of(graph_[index].name);
    return name.empty() ? "layer" + std::to_string(index) : name;
  }
  std::string unique(std::string name) {
    while (!names_.insert(name).second) name += '_';
    return name;
  }
  void refuse(int index, const std::string& what) { add_error(index, "operator set 13 of ONNX has no " + what); }
  void refuse_layer(int index, const std::string& what) { add_error(index, "it is not known which nodes are " + what); }
  void add_error(int index, const std::string& sentence) {
    const std::string name = string_of(graph_[index].name);
    result_.errors.push_back("layer " + std::to_string(index) + (name.empty() ? "" : " (" + name + ")") + ": " +
                             sentence);
  }

  // Parts of the file.
  static std::vector<int> map_dimensions(Shape map) { return {1, map.channels, map.height, map.width}; }
  void add_port(unsigned field, const std::string& name, const std::vector<int>& dimensions) {
    ProtobufWriter shape, tensor, type, port;
    for (int size : dimensions) shape.content(1, ProtobufWriter().number(1, size));
    tensor.number(1, 1).content(2, shape);
    port.content(1, name).content(2, type.content(1, tensor));
    graph_message_.content(field, port);
  }
  static ProtobufWriter ints(const char* name, const Numbers& values) {
    ProtobufWriter attribute;
    attribute.content(1, name);
    for (std::int64_t value : values) attribute.number(8, value);
    return attribute.number(20, 7);
  }
  static ProtobufWriter integer(const char* name, std::int64_t value) {
    return ProtobufWriter().content(1, name).number(3, value).number(20, 2);
  }
  static ProtobufWriter real(const char* name, float value) {
    return ProtobufWriter().content(1, name).real(2, value).number(20, 1);
  }
  static ProtobufWriter text(const char* name, const char* value) {
    return ProtobufWriter().content(1, name).content(4, value).number(20, 3);
  }
  void add_node(const char* op, const std::vector<std::string>& inputs, const std::string& output,
                const std::vector<ProtobufWriter>& attributes = {}) {
    ProtobufWriter node;
    for (const std::string& input : inputs) node.content(1, input);
    node.content(2, output).content(3, output).content(4, op);
    for (const ProtobufWriter& attribute : attributes) node.content(5, attribute);
    graph_message_.content(1, node);
  }
  std::string add_floats(const std::string& wanted, const std::vector<int>& dimensions,
                         const std::vector<float>& values) {
    std::string raw;
    for (float value : values)
      for (int i = 0; i < 4; ++i) raw += static_cast<char>(std::bit_cast<std::uint32_t>(value) >> 8 * i & 0xff);
    return add_tensor(wanted, dimensions, 1, raw);
  }
  std::string add_integers(const std::string& wanted, const Numbers& values) {
    std::string raw;
    for (std::int64_t value : values)
      for (int i = 0; i < 8; ++i) raw += static_cast<char>(value >> 8 * i & 0xff);
    return add_tensor(wanted, {static_cast<int>(values.size())}, 7, raw);
  }
  std::string add_tensor(const std::string& wanted, const std::vector<int>& dimensions, int type,
                         const std::string& raw) {
    std::string name = unique(wanted);
    ProtobufWriter tensor;
    for (int size : dimensions) tensor.number(1, size);
    graph_message_.content(5, tensor.number(2, type).content(8, name).content(9, raw));
    return name;
  }

  // Layers: every step names its result, the last one like the layer.
  /// A step of layer `index` that reads the current values.
  void step(int index, const char* op, const char* what, const std::vector<ProtobufWriter>& attributes = {},
            const std::vector<std::string>& further = {}) {
    std::vector<std::string> inputs = current_;
    inputs.insert(inputs.end(), further.begin(), further.end());
    current_ = {unique(layer_name(index) + "/" + what)};
    add_node(op, inputs, current_[0], attributes);
  }
  void add_layer(int index) {
    const Layer& layer = graph_[index];
    if (layer.tests()) return refuse(index, "early exit");
    if (layer.reads_buffer() || layer.writes_buffer()) return refuse(index, "rolling buffer");
    if (layer.elementwise == Elementwise::bitwise_or || layer.elementwise == Elementwise::bitwise_xor)
      return refuse(index, "bitwise operation of numbers");
    if (layer.pad_value != 0 && layer.weighted()) return refuse(index, "padding with a value in a convolution");
    gather(index);
    if (layer.pool_first) pool(index);
    combine(index);
    if (!layer.pool_first) pool(index);
    if (layer.weighted()) operate(index);
    if (layer.software != Software::none) software(index);
    activate(index);
    const bool same_numbers = !layer.weighted() && layer.elementwise == Elementwise::none;
    if (clips_ && !layer.wide && !same_numbers) clip(index);
    add_node("Identity", current_, values_.back().name);
  }
  /// What the layer reads: rows left out, tensors joined or split into operands, other shapes.
  void gather(int index) {
    const Layer& layer = graph_[index];
    std::vector<std::string> read;
    rank_ = 4;
    Extent extent = cropped_source(graph_, layer, layer.sources[0]).extent();
    bool one_size = true;
    for (int source : layer.sources) {
      const Value value = source == network_input ? Value{"input", 4} : values_[static_cast<std::size_t>(source)];
      current_ = {value.name};
      rank_ = value.rank;
      const Shape whole = source_shape(graph_, source);
      if (value.rank == 2 && !reads_flat(layer)) reshape(index, whole);
      if (layer.crops()) crop(index, whole);
      one_size = one_size && cropped(whole, layer).extent() == extent;
      read.push_back(current_[0]);
    }
    current_ = read;
    const bool joins = layer.elementwise == Elementwise::none && read.size() > 1;
    if (joins && !one_size) return refuse(index, "joining of maps of different sizes");
    if (joins) step(index, "Concat", "joined", {integer("axis", 1)});
    if (layer.operands > 1 && layer.sources.size == 1) split(index);
    Layer plain = layer;
    plain.in_channels = 0;
    plain.in_extent = {0, 0};
    if (!(operand_shape(graph_, plain) == layer.in) && current_.size() == 1) reshape(index, layer.in);
  }
  /// A linear layer that reads single values.
  static bool reads_flat(const Layer& layer) {
    return layer.op == Operator::linear && layer.sources.size == 1 && !layer.pools_or_strides() && !layer.crops() &&
           layer.elementwise == Elementwise::none && layer.in.pixels() == 1;
  }
  void reshape(int index, Shape map) {
    const std::string shape = add_integers(layer_name(index) + "/shape", {1, map.channels, map.height, map.width});
    step(index, "Reshape", "view", {}, {shape});
    rank_ = 4;
  }
  void crop(int index, Shape whole) {
    const Layer& layer = graph_[index];
    const std::string name = layer_name(index);
    step(index, "Slice", "cropped", {},
         {add_integers(name + "/first_row", {layer.crop_top}),
          add_integers(name + "/end_row", {whole.height - layer.crop_bottom}), add_integers(name + "/axis", {2})});
  }
  void split(int index) {
    const Layer& layer = graph_[index];
    std::vector<std::string> parts;
    ProtobufWriter node;
    node.content(1, current_[0]);
    for (int i = 0; i < layer.operands; ++i) {
      parts.push_back(unique(layer_name(index) + "/operand" + std::to_string(i)));
      node.content(2, parts.back());
    }
    node.content(3, layer_name(index) + "/operands").content(4, "Split").content(5, integer("axis", 1));
    graph_message_.content(1, node);
    current_ = parts;
  }
  void pool(int index) {
    const Layer& layer = graph_[index];
    if (!layer.pools_or_strides()) return;
    const bool average = layer.pooling == Pooling::average && layer.pools();
    const bool picks = layer.pooling == Pooling::pick;
    if (average && layer.pool_dilation != Extent{1, 1}) return refuse(index, "average pooling with dilation");
    if (picks && layer.pool_column != 0) return refuse(index, "picking of pixels in other columns than the first");
    const auto beyond = [](int in, int out, int window, int stride, int dilation) {
      return static_cast<std::int64_t>(max_of(0, (out - 1) * stride + (window - 1) * dilation + 1 - in));
    };
    const Extent window = picks ? Extent{1, 1} : layer.pool;
    const std::int64_t rows = beyond(layer.in.height + layer.with.border.top, layer.pooled.height, window.height,
                                     layer.pool_stride.height, layer.pool_dilation.height);
    const std::int64_t columns = beyond(layer.in.width + layer.with.border.left, layer.pooled.width, window.width,
                                        layer.pool_stride.width, layer.pool_dilation.width);
    std::vector<ProtobufWriter> attributes{
        ints("kernel_shape", {window.height, window.width}),
        ints("strides", {layer.pool_stride.height, layer.pool_stride.width}),
        ints("pads", {layer.with.border.top, layer.with.border.left, rows, columns})};
    if (!average) attributes.push_back(ints("dilations", {layer.pool_dilation.height, layer.pool_dilation.width}));
    std::vector<std::string> pooled;
    for (const std::string& value : std::exchange(current_, {})) {
      current_ = {value};
      step(index, average ? "AveragePool" : "MaxPool", "pooled", attributes);
      pooled.push_back(current_[0]);
    }
    current_ = pooled;
  }
  void combine(int index) {
    const Layer& layer = graph_[index];
    if (layer.elementwise == Elementwise::none) return;
    const std::vector<std::string> operands = current_;
    current_ = {operands[0]};
    for (std::size_t i = 1; i < operands.size(); ++i)
      step(index, layer.elementwise == Elementwise::sub ? "Sub" : "Add", "combined", {}, {operands[i]});
  }

  // Weights.
  /// What a whole number of 1 means.
  float unit(int index, const LayerParameters& own) const {
    const Layer& layer = graph_[index];
    const int shift = layer.output_shift != 0 ? layer.output_shift : own.output_shift;
    return std::ldexp(1.0f, 1 - layer.weight_bits + shift);
  }
  std::string weights(int index, const LayerParameters& own) {
    const Layer& layer = graph_[index];
    const bool transposed = layer.op == Operator::conv_transpose2d;
    const int out = layer.out.channels, in = layer.weight_in_channels(), taps = layer.kernel.area();
    std::vector<int> shape{out, in, layer.kernel.height, layer.kernel.width};
    if (transposed) shape = {layer.in.channels, out / max_of(1, layer.groups), layer.kernel.height, layer.kernel.width};
    if (is_matrix(layer)) shape = {out, in};
    const long long count = 1LL * out * in * taps;
    const std::string name = layer_name(index) + ".weight";
    if (own.weight.count < count) return open_port(name, shape);
    std::vector<float> values(static_cast<std::size_t>(count));
    const int outs = max_of(1, out / max_of(1, layer.groups));
    for (long long i = 0; i < count; ++i) {
      // Hardware: [out][in / groups][tap], transposed ones with the taps turned; ONNX: [in][out / groups][tap].
      const long long tap = i % taps, inner = i / taps % in, outer = i / taps / in;
      const long long channel = outer / outs * in + inner;
      const long long at = transposed ? (channel * outs + outer % outs) * taps + taps - 1 - tap : i;
      values[static_cast<std::size_t>(at)] = static_cast<float>(value_of(layer, own.weight[i])) * unit(index, own);
    }
    return add_floats(name, shape, values);
  }
  static int value_of(const Layer& layer, int stored) {
    return layer.binary_weights && !layer.bypass ? (stored < 0 ? -1 : 1) : stored;
  }
  std::string bias(int index, const LayerParameters& own) {
    const int out = graph_[index].out.channels;
    const std::string name = layer_name(index) + ".bias";
    if (own.bias.count < out) return open_port(name, {out});
    std::vector<float> values;
    for (int i = 0; i < out; ++i) values.push_back(static_cast<float>(own.bias[i]) * unit(index, own));
    return add_floats(name, {out}, values);
  }
  /// A tensor that is not known is an input of the model.
  std::string open_port(const std::string& wanted, const std::vector<int>& shape) {
    std::string name = unique(wanted);
    add_port(11, name, shape);
    return name;
  }
  /// A linear layer without maps; others are 1x1 convolutions.
  static bool is_matrix(const Layer& layer) {
    return layer.op == Operator::linear && (layer.flatten || layer.pooled.pixels() == 1);
  }
  void operate(int index) {
    const Layer& layer = graph_[index];
    const LayerParameters own = parameters_of(graph_, parameters_, index);
    std::vector<std::string> tensors;
    const bool matrix = is_matrix(layer);
    if (matrix && rank_ == 4) step(index, "Flatten", "flat", {integer("axis", 1)});
    tensors.push_back(weights(index, own));
    if (layer.bias) tensors.push_back(bias(index, own));
    if (matrix) {
      step(index, "Gemm", "linear", {integer("transB", 1)}, tensors);
      rank_ = values_.back().rank = 2;
      return;
    }
    const auto pair = [](Extent e) { return Numbers{e.height, e.width}; };
    const Extent pad = layer.padding;
    const Border& border = layer.with.border;
    std::vector<ProtobufWriter> attributes{
        ints("kernel_shape", pair(layer.kernel)),
        ints("pads",
             {pad.height + border.top, pad.width + border.left, pad.height + border.bottom, pad.width + border.right}),
        ints("dilations", pair(layer.dilation)), integer("group", max_of(1, layer.groups))};
    const bool transposed = layer.op == Operator::conv_transpose2d;
    attributes.push_back(ints("strides", transposed ? Numbers{2, 2} : pair(layer.stride)));
    if (transposed) attributes.push_back(ints("output_padding", {layer.output_padding, layer.output_padding}));
    step(index, transposed ? "ConvTranspose" : "Conv", "convolved", attributes, tensors);
  }

  void activate(int index) {
    const Layer& layer = graph_[index];
    if (layer.activation == Activation::relu) return step(index, "Relu", "activated");
    if (layer.activation == Activation::abs) return step(index, "Abs", "activated");
    if (layer.activation != Activation::function) return;
    if (const double slope = slope_of(layer.function); slope != 0)
      return step(index, "LeakyRelu", "activated", {real("alpha", static_cast<float>(slope))});
    for (const OnnxFunction& row : onnx_functions)
      if (row.function == layer.function)
        return step(index, row.op, "activated",
                    row.alpha != 0 ? std::vector{real("alpha", row.alpha)} : std::vector<ProtobufWriter>{});
    if (layer.function == activations::relu6) return clip_to(index, 0, 6);
    if (layer.function == activations::silu) return gate(index, "Sigmoid", {});
    if (layer.function == activations::hard_swish)
      return gate(index, "HardSigmoid", {real("alpha", 1.0f / 6), real("beta", 0.5f)});
    refuse(index, "activation function of one's own");
  }
  /// x times a function of x.
  void gate(int index, const char* op, const std::vector<ProtobufWriter>& attributes) {
    const std::string value = current_[0];
    step(index, op, "gate", attributes);
    step(index, "Mul", "activated", {}, {value});
  }
  void clip(int index) { clip_to(index, -1, 127.0f / 128); }
  void clip_to(int index, float low, float high) {
    const std::string name = layer_name(index);
    step(index, "Clip", "clipped", {},
         {add_floats(name + "/least", {}, {low}), add_floats(name + "/most", {}, {high})});
  }

  /// Layers that only change how numbers are stored copy them.
  void software(int index) {
    const Layer& layer = graph_[index];
    switch (layer.software) {
      case Software::global_average:
        return step(index, "GlobalAveragePool", "mean");
      case Software::softmax:
        return step(index, "Softmax", "softmax", {integer("axis", 1)});
      case Software::logistic:
        return step(index, "Sigmoid", "logistic");
      case Software::l2_normalize:
        return step(index, "LpNormalization", "normalized", {integer("axis", 1), integer("p", 2)});
      case Software::channels_last:
        step(index, "Transpose", "channels_last", {ints("perm", {0, 2, 3, 1})});
        return reshape(index, layer.out);
      case Software::resize:
        return resize(index);
      case Software::pad:
      case Software::transpose:
      case Software::reshape:
      case Software::slice:
      case Software::channel_shuffle:
      case Software::space_to_depth:
      case Software::depth_to_space:
      case Software::reduce:
      case Software::combine:
      case Software::apply:
        return refuse_layer(index, row_of(software_names, layer.software).type);
      case Software::add_padding:
      case Software::remove_padding:
        return refuse(index, "layer of the KPU's smallest maps");
      default:
        return;
    }
  }
  void resize(int index) {
    const Layer& layer = graph_[index];
    const std::string sizes =
        add_integers(layer_name(index) + "/sizes", {1, layer.out.channels, layer.out.height, layer.out.width});
    step(index, "Resize", "resized",
         {text("mode", "nearest"), text("nearest_mode", "floor"), text("coordinate_transformation_mode", "asymmetric")},
         {"", "", sizes});
  }

  Graph<N> graph_;
  Parameters parameters_;
  bool clips_ = true;
  ProtobufWriter graph_message_{};
  std::set<std::string> names_{};
  std::vector<Value> values_{};
  std::vector<std::string> current_{};
  int rank_ = 4;  ///< of the current value
  OnnxFile result_{};
};

}  // namespace detail

/// A network as the bytes of an ONNX file. Tensors are real numbers: a byte b of the chip is b / 128, and weights have
/// bits and output shift taken in. Networks of signed bytes clip as the chip does; nothing is rounded. Outputs of 32
/// bits are sums in units of 2^(1 - bits - 7), times 2^output_shift. Without parameters, weights are inputs of the
/// model. Refused: early exits, rolling buffers, bitwise operations, and what else operator set 13 does not have.
template <int N>
OnnxFile onnx_file(const Graph<N>& graph, Parameters parameters, const std::string& name = {}) {
  return detail::OnnxWriter<N>(graph, parameters).write(name);
}

}  // namespace incuse
