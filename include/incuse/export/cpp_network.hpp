// C++ source of networks: a graph as a type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <incuse/export/cpp_words.hpp>
#include <incuse/hosted/layer_fields.hpp>
#include <incuse/model/early_exit.hpp>
#include <incuse/model/names.hpp>
#include <incuse/model/shapes.hpp>

namespace incuse::cpp {

/// An activation function of real numbers, and the option with its meaning: {activations::sigmoid, "Sigmoid"}.
struct FunctionName {
  float (*function)(float) = nullptr;
  std::string option{};
};

/// The functions of this library.
inline std::vector<FunctionName> library_functions() {
  std::vector<FunctionName> functions;
  for (const NamedFunction& known : named_functions()) functions.push_back({known.function, known.name});
  return functions;
}

/// A network as a type, or the reasons why it cannot be written as one.
struct NetworkSource {
  std::string text{};
  std::vector<std::string> errors{};  ///< "layer 3 (conv3): ..."

  bool ok() const { return errors.empty(); }
};

namespace detail {

/// A template with its arguments: Conv2d<60, kernel<3>>.
struct Type {
  std::string name{};
  std::vector<std::string> arguments{};

  void add(std::string argument) { arguments.push_back(std::move(argument)); }
  std::string text() const {
    std::string out = name + '<';
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      if (i > 0) out += ", ";
      out += arguments[i];
    }
    return out + '>';
  }
};

inline std::string option(const std::string& name, long long value) { return name + '<' + std::to_string(value) + '>'; }

/// kernel<3>, or kernel<3, 1>; one-dimensional layers have one number.
inline std::string option(const std::string& name, Extent extent, bool one_dimensional) {
  if (one_dimensional || extent.height == extent.width) return option(name, extent.height);
  return name + '<' + std::to_string(extent.height) + ", " + std::to_string(extent.width) + '>';
}

/// A fraction of two ints whose quotient as float is exactly `value`: with the smallest denominator up to 1000, or else
/// with a power of two. `exists()` is false if there is none.
struct Fraction {
  int numerator = 0, denominator = 0;

  explicit Fraction(float value) {
    for (int d = 1; d <= 1000; ++d)
      if (try_denominator(value, d)) return;
    for (int shift = 10; shift < 31; ++shift)
      if (try_denominator(value, 1 << shift)) return;
  }
  bool exists() const { return denominator > 0; }

 private:
  bool try_denominator(float value, int d) {
    const double exact = static_cast<double>(value) * d;
    if (!(exact > -2147483647.0 && exact < 2147483647.0)) return false;
    const int nearest = static_cast<int>(exact < 0 ? exact - 0.5 : exact + 0.5);
    if (static_cast<float>(nearest) / static_cast<float>(d) != value) return false;
    numerator = nearest;
    denominator = d;
    return true;
  }
};

/// pad_value<3>, or pad_value<1, 4>.
inline std::string fraction_option(const std::string& name, float value) {
  const Fraction fraction(value);
  if (fraction.denominator == 1) return option(name, fraction.numerator);
  return name + '<' + std::to_string(fraction.numerator) + ", " + std::to_string(fraction.denominator) + '>';
}

inline std::string map_option(const std::string& name, ProcessorMap map) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "0x%016llx", static_cast<unsigned long long>(map));
  return name + '<' + digits + '>';
}

inline std::string offset_option(const std::string& name, int offset) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "0x%04x", static_cast<unsigned>(offset));
  return name + '<' + digits + '>';
}

/// Writes a graph as a type. Properties of the graph that no type has are errors, and are never dropped.
template <int N>
class NetworkWriter {
 public:
  NetworkWriter(const Graph<N>& graph, std::vector<FunctionName> functions)
      : graph_(graph), functions_(std::move(functions)) {
    for (int i = 0; i < graph.size; ++i) names_.push_back(std::string(view(graph[i].name)));
    for (int i = 0; i < graph.size; ++i) name_sources_of(i);
  }

  NetworkSource write(const std::string& struct_name) {
    std::string lines = "    " + input();
    if (graph_.buffer.exists()) lines += ",\n    " + buffer();
    for (int i = 0; i < graph_.size; ++i) {
      if (is_first_of_exit(i)) continue;  // written with the layer behind it
      if (graph_[i].flatten) lines += ",\n    Flatten";
      lines += ",\n    ";
      lines += layer(i);
    }
    if (graph_.input_offset != Placement::not_given && graph_.input_offset != graph_[0].placement.in_offset)
      refuse(0, "an offset of the input that is not the first layer's");
    if (!result_.ok()) return std::move(result_);
    result_.text = "struct " + struct_name + " : Network<\n" + lines + "> {};\n";
    return std::move(result_);
  }

 private:
  void refuse(int index, const std::string& what) {
    result_.errors.push_back(
        "layer " + std::to_string(index) +
        (graph_[index].name.empty() ? std::string() : " (" + std::string(view(graph_[index].name)) + ")") +
        ": the model language cannot say " + what);
  }

  // Names.
  bool reads_previous(int index) const {
    int previous = index - 1;
    while (previous >= 0 && graph_[previous].buffer_shift != 0) --previous;
    return reads_only(index, previous);
  }
  void name_sources_of(int index) {
    if (reads_previous(index)) return;
    for (int source : graph_[index].sources)
      if (source >= 0 && names_[static_cast<std::size_t>(source)].empty())
        names_[static_cast<std::size_t>(source)] = unused("layer" + std::to_string(source));
  }
  std::string unused(std::string name) const {
    for (const std::string& other : names_)
      if (other == name) return unused(name + "_");
    return name;
  }
  const std::string& name_of(int index) const { return names_[static_cast<std::size_t>(index)]; }
  std::string source_name(int source) const {
    if (source == rolling_buffer) return quoted_literal(std::string(view(graph_.buffer.name)));
    return source == network_input ? "\"input\"" : quoted_literal(name_of(source));
  }

  std::string input() const {
    Type type{"Input"};
    const Shape shape = graph_.input;
    const bool formatted = graph_.input_format != DataFormat::automatic;
    type.add(std::to_string(shape.channels));
    type.add(std::to_string(shape.height));
    if (shape.width != 1 || formatted || graph_.real_input) type.add(std::to_string(shape.width));
    if (formatted) type.add(graph_.input_format == DataFormat::chw ? "chw" : "hwc");
    if (graph_.real_input) type.add("real");
    return type.text();
  }

  std::string buffer() const {
    const KeptRows& kept = graph_.buffer;
    Type type{"RollingBuffer", {std::to_string(kept.channels), std::to_string(kept.rows)}};
    if (kept.name != Text("buffer")) type.add("as<" + source_name(rolling_buffer) + ">");
    Placement hand;
    hand.processors = kept.processors;
    hand.out_offset = kept.offset;
    if (hand.anything_given()) type.add(placement(hand));
    return type.text();
  }

  // Layers.
  std::string layer(int index) {
    const Layer& layer = graph_[index];
    if (layer.tests()) return exit(index);
    check_sayable(index);
    std::vector<Type> parts;
    const bool pools = has_window(layer);
    if (pools && layer.pool_first) parts.push_back(pooling(layer));
    if (layer.elementwise != Elementwise::none) parts.push_back(combination(index));
    if (pools && !layer.pool_first) parts.push_back(pooling(layer));
    if (layer.weighted()) parts.push_back(weighted(layer));
    if (layer.software != Software::none) parts.push_back(software(layer));
    if (layer.buffer_shift != 0) parts = {shift(index)};
    if (parts.empty()) parts.push_back({"Identity", {}});
    add_common(index, parts.back());
    if (parts.size() == 1) return parts[0].text();
    Type fused{"Fused"};
    for (const Type& part : parts) fused.add(part.text());
    return fused.text();
  }

  /// Whether a layer is the first of the two that any_at_least makes.
  bool is_first_of_exit(int index) const {
    return graph_[index].exit.part == ExitTest::excess && index + 1 < graph_.size &&
           graph_[index + 1].exit.part == ExitTest::any;
  }
  std::string exit(int index) {
    const ExitTest& test = graph_[index].exit;
    const bool any = test.part == ExitTest::any;
    bool plain = graph_[index].may_exit() && is_plain_test(index, test);
    if (any)
      plain = plain && index > 0 && is_first_of_exit(index - 1) && reads_only(index, index - 1) &&
              is_plain_test(index - 1, {ExitTest::excess, 0, test.value});
    if (!plain) {
      refuse(index, "an early exit of this kind");
      return {};
    }
    Type type{"ExitIf", {any ? option("any_at_least", test.value) : one_condition(test)}};
    const int first = any ? index - 1 : index;
    if (!reads_previous(first)) type.add(from(graph_[first]));
    return type.text();
  }
  static std::string one_condition(const ExitTest& test) {
    return "at_least<" + std::to_string(test.channel) + ", " + std::to_string(test.value) + ">";
  }
  bool reads_only(int index, int source) const {
    return graph_[index].sources.size == 1 && graph_[index].sources[0] == source;
  }
  /// Whether a layer is as ExitIf describes it for a test.
  bool is_plain_test(int index, const ExitTest& test) const {
    const Layer& layer = graph_[index];
    Layer plain = incuse::detail::exit_draft(test).layer;
    static_cast<InferredShapes&>(plain) = layer;
    static_cast<SharedParameters&>(plain) = layer;
    static_cast<Origin&>(plain) = layer;
    plain.sources = layer.sources;
    plain.crop_top = layer.crop_top;
    plain.crop_bottom = layer.crop_bottom;
    plain.in_channels = layer.in_channels;
    plain.in_extent = layer.in_extent;
    plain.out_channels = layer.out_channels;
    plain.bias = layer.bias;
    return plain == layer;
  }

  Type shift(int index) {
    const Layer& layer = graph_[index];
    Layer plain = layer;
    plain.buffer_shift = plain.crop_top = 0;
    const bool reads_buffer = layer.sources.size == 1 && layer.sources[0] == rolling_buffer;
    if (layer.weighted() || layer.elementwise != Elementwise::none || has_window(layer) || !reads_buffer ||
        layer.software != Software::none || plain.writes_buffer() || plain.crops() || layer.streaming || layer.on_cpu)
      refuse(index, "a shift of the rolling buffer that does something else, too");
    return {"ShiftBuffer", {std::to_string(layer.buffer_shift)}};
  }

  /// Windows of one value are written, too: their stride and dilation have effects.
  static bool has_window(const Layer& layer) {
    const Extent one{1, 1};
    return layer.pooling != Pooling::none || layer.pool != one || layer.pool_stride != one ||
           layer.pool_dilation != one || layer.pool_same || layer.pool_column != 0;
  }

  static Type pooling(const Layer& layer) {
    const bool one_dimensional = layer.one_dimensional();
    Type type{std::string(row_of(pooling_names, layer.pooling).type) + (one_dimensional ? "1d" : "2d")};
    const Extent size = layer.pool;
    if (one_dimensional || size.height == size.width)
      type.add(std::to_string(size.height));
    else
      type.add("Window{" + std::to_string(size.height) + ", " + std::to_string(size.width) + "}");
    if (one_dimensional ? layer.pool_stride.height != size.height : layer.pool_stride != size)
      type.add(option("stride", layer.pool_stride, one_dimensional));
    if (layer.pool_dilation != Extent{1, 1}) type.add(option("dilation", layer.pool_dilation, one_dimensional));
    if (layer.pool_same) type.add("same_padding");
    if (layer.pool_column != 0) type.add(option("pick_column", layer.pool_column));
    if (!layer.weighted() && layer.with.border != Border{}) type.add(border(layer.with.border));
    return type;
  }

  Type combination(int index) {
    const Layer& layer = graph_[index];
    Type type{row_of(elementwise_names, layer.elementwise).type};
    if (layer.sources.size == 1) type.add(option("operands", layer.operands));
    if (!reads_previous(index)) type.add(from(layer));
    return type;
  }

  Type weighted(const Layer& layer) const {
    const bool one_dimensional = layer.one_dimensional();
    Type type;
    if (is_depthwise(layer)) type.name = "Depthwise";
    type.name += layer.op == Operator::conv1d   ? "Conv1d"
                 : layer.op == Operator::conv2d ? "Conv2d"
                 : layer.op == Operator::linear ? "Linear"
                                                : "ConvTranspose2d";
    if (!is_depthwise(layer)) type.add(std::to_string(layer.out.channels));
    if (layer.op != Operator::linear) {
      const Extent usual_stride = layer.op == Operator::conv_transpose2d ? Extent{2, 2} : Extent{1, 1};
      type.add(option("kernel", layer.kernel, one_dimensional));
      if (layer.padding != Extent{0, 0}) type.add(option("pad", layer.padding, one_dimensional));
      if (layer.pad_value != 0) type.add(fraction_option("pad_value", layer.pad_value));
      if (layer.stride != usual_stride) type.add(option("stride", layer.stride, one_dimensional));
      if (layer.dilation != Extent{1, 1}) type.add(option("dilation", layer.dilation, one_dimensional));
      if (layer.op == Operator::conv_transpose2d && layer.output_padding != 1)
        type.add(option("output_pad", layer.output_padding));
      if (layer.with.border != Border{}) type.add(border(layer.with.border));
      if (layer.groups != 1 && !is_depthwise(layer)) type.add(option("conv_groups", layer.groups));
    }
    if (layer.batch_norm) type.add("BatchNorm2d");
    add_activation(layer, type);
    if (layer.binary_weights)
      type.add("binary");
    else if (layer.weight_bits != 8)
      type.add(option("bits", layer.weight_bits));
    if (layer.bypass) type.add("bypass");
    if (layer.output_shift != (layer.bypass ? bypass_shift : 0)) type.add(option("shift", layer.output_shift));
    if (layer.bias) type.add("bias");
    if (layer.wide) type.add("wide");
    return type;
  }

  static bool is_depthwise(const Layer& layer) {
    const bool has_type = layer.op == Operator::conv2d || layer.op == Operator::conv1d;
    return has_type && layer.groups > 1 && layer.groups == layer.in.channels && layer.groups == layer.out.channels;
  }

  void add_activation(const Layer& layer, Type& type) const {
    if (layer.activation == Activation::relu) type.add("ReLU");
    if (layer.activation == Activation::abs) type.add("Abs");
    if (layer.activation == Activation::function) type.add(function_text(layer));
  }
  std::string function_text(const Layer& layer) const {
    for (const FunctionName& known : functions_)
      if (known.function == layer.function) return known.option;
    return {};
  }

  Type software(const Layer& layer) const {
    Type type{row_of(software_names, layer.software).type};
    if (layer.software == Software::resize && layer.with.scale_factor.area() > 0) {
      type.name = "Upsample";
      type.add(std::to_string(layer.with.scale_factor.height));
    } else if (layer.software == Software::resize) {
      type.add(std::to_string(layer.resized.height));
      type.add(std::to_string(layer.resized.width));
    }
    add_numbers(layer, type);
    add_activation(layer, type);
    return type;
  }

  /// The arguments of layers of the processor that have some.
  static void add_numbers(const Layer& layer, Type& type) {
    const SoftwareOptions& with = layer.with;
    const auto add_all = [&](std::initializer_list<int> numbers) {
      for (int number : numbers) type.add(std::to_string(number));
    };
    switch (layer.software) {
      case Software::pad:
        if (with.before[0] != 0 || with.after[0] != 0) {
          type.name = "PadChannels";
          add_all({with.before[0], with.after[0]});
        } else {
          add_all({with.before[1], with.after[1], with.before[2], with.after[2]});
        }
        if (layer.pad_value != 0) type.add(fraction_option("pad_value", layer.pad_value));
        break;
      case Software::transpose:
        add_all({with.order[0], with.order[1], with.order[2]});
        break;
      case Software::reshape:
        add_all({with.shape.channels, with.shape.height, with.shape.width});
        break;
      case Software::slice:
        for (int d = 0; d < tensor_dimensions; ++d)
          if (with.parts[d] != Part3{}) add_all({d, with.parts[d].begin, with.parts[d].end, with.parts[d].step});
        break;
      case Software::space_to_depth:
      case Software::depth_to_space:
        if (with.channels_first)
          type.name = layer.software == Software::space_to_depth ? "PixelUnshuffle" : "PixelShuffle";
        add_all({with.block});
        break;
      case Software::channel_shuffle:
        add_all({with.block});
        break;
      case Software::reduce: {
        type.add(std::string("Reduction::") + row_of(reduction_names, with.reduction).word);
        Type dimensions{"dims", {}};
        for (int d = 0; d < tensor_dimensions; ++d)
          if (with.reduced[d]) dimensions.add(std::to_string(d));
        type.add(dimensions.text());
        break;
      }
      case Software::combine:
        type.add(std::string("Pairing::") + row_of(pairing_names, with.pairing).word);
        if (with.shape != Shape{})
          type.add(Type{with.constant_first ? "constant_first" : "constant",
                        {std::to_string(with.shape.channels), std::to_string(with.shape.height),
                         std::to_string(with.shape.width)}}
                       .text());
        break;
      default:
        break;
    }
  }

  static std::string border(const Border& sides) {
    return Type{"border",
                {std::to_string(sides.top), std::to_string(sides.bottom), std::to_string(sides.left),
                 std::to_string(sides.right)}}
        .text();
  }

  std::string from(const Layer& layer) const {
    Type type{"from"};
    for (int source : layer.sources) type.add(source_name(source));
    return type.text();
  }

  /// Adds the options that every layer can have to its last part.
  void add_common(int index, Type& type) const {
    const Layer& layer = graph_[index];
    const bool shifts = layer.buffer_shift != 0;
    if (layer.elementwise == Elementwise::none && !shifts && !reads_previous(index)) type.add(from(layer));
    if (reshapes(index)) {
      Type shape{"view", {std::to_string(layer.in.channels), std::to_string(layer.in.height)}};
      if (layer.in.width != 1) shape.add(std::to_string(layer.in.width));
      type.add(shape.text());
    }
    if (layer.buffer_insert != 0) type.add(option("buffer_insert", layer.buffer_insert));
    if (layer.crops() && !shifts) {
      Type rows{"crop", {std::to_string(layer.crop_top)}};
      if (layer.crop_bottom != 0) rows.add(std::to_string(layer.crop_bottom));
      type.add(rows.text());
    }
    if (layer.streaming) type.add("streaming");
    if (layer.on_cpu && layer.software == Software::none) type.add("on_cpu");
    if (layer.output && index + 1 < graph_.size) type.add("output");
    if (!name_of(index).empty()) type.add("as<" + quoted_literal(name_of(index)) + ">");
    if (layer.placement.anything_given()) type.add(placement(layer.placement));
  }

  /// Whether the layer reads its input in another shape than the one that would be inferred.
  bool reshapes(int index) const {
    Layer plain = graph_[index];
    plain.in_channels = 0;
    plain.in_extent = {0, 0};
    return !(operand_shape(graph_, plain) == graph_[index].in);
  }

  static std::string placement(const Placement& hand) {
    Type type{"place"};
    if (hand.processors != 0) type.add(map_option("processors", hand.processors));
    if (hand.output_processors != 0) type.add(map_option("output_processors", hand.output_processors));
    if (hand.in_offset != Placement::not_given) type.add(offset_option("in_offset", hand.in_offset));
    if (hand.out_offset != Placement::not_given) type.add(offset_option("out_offset", hand.out_offset));
    if (hand.write_gap != 0) type.add(option("write_gap", hand.write_gap));
    if (hand.bias_groups != 0) {
      Type groups{"bias_groups"};
      for (int g = 0; g < 32; ++g)
        if ((hand.bias_groups >> g & 1u) != 0) groups.add(std::to_string(g));
      type.add(groups.text());
    }
    if (hand.tcalc) type.add("tcalc");
    if (hand.no_tcalc) type.add("no_tcalc");
    if (hand.parallel_outputs) type.add("parallel_outputs");
    if (hand.read_ahead) type.add("read_ahead");
    if (hand.read_gap != 0) type.add(option("read_gap", hand.read_gap));
    if (hand.next != Placement::not_given) type.add(option("next_layer", hand.next));
    if (hand.next_on_hit != Placement::not_given) type.add(option("next_layer_on_hit", hand.next_on_hit));
    return type.text();
  }

  // Limits of the language.
  void check_sayable(int index) {
    const Layer& layer = graph_[index];
    const bool convolves = layer.weighted() && layer.op != Operator::linear;
    const bool in_groups = layer.groups != 1 && !is_depthwise(layer);
    const bool has_groups = layer.op == Operator::conv2d || layer.op == Operator::conv_transpose2d;
    if (in_groups && !(layer.on_cpu && has_groups)) refuse(index, "convolutions in groups");
    if (layer.with.border != Border{} && !layer.on_cpu) refuse(index, "a border of a layer of the accelerator");
    if (layer.activation == Activation::function && function_text(layer).empty())
      refuse(index, "an activation function that nobody has named");
    if (layer.one_dimensional() && layer.pooling == Pooling::pick)
      refuse(index, "picked pixels in front of a one-dimensional layer");
    if (!Fraction(layer.pad_value).exists()) refuse(index, "a padding value that is no fraction of two ints");
    if (!convolves && layer.pad_value != 0 && layer.software != Software::pad)
      refuse(index, "a padding value without a convolution");
    if (layer.bypass && (layer.bias || layer.batch_norm)) refuse(index, "a bias or a batch norm of a bypassed kernel");
    if (layer.inserted) refuse(index, "a layer that a chip has added");
    if (layer.flatten && layer.op != Operator::linear) refuse(index, "flatten in front of anything but a linear layer");
    if (!convolves && (layer.padding != Extent{0, 0} || layer.stride != Extent{1, 1} ||
                       layer.dilation != Extent{1, 1} || layer.kernel != Extent{1, 1}))
      refuse(index, "a kernel, padding, stride or dilation without a convolution");
    if (!layer.weighted()) check_weightless(index);
    if (layer.software != Software::none) check_software(index);
    if (layer.wide && layer.activation != Activation::none) refuse(index, "an activation of a 32-bit output");
    if (layer.op != Operator::conv_transpose2d && layer.output_padding != 0)
      refuse(index, "output padding without a transposed convolution");
    if (layer.elementwise == Elementwise::none && layer.operands != 1)
      refuse(index, "operands without an element-wise operation");
    if (layer.elementwise != Elementwise::none && layer.sources.size > 1 && layer.sources.size != layer.operands)
      refuse(index, "an element-wise operation of " + std::to_string(layer.operands) + " operands on " +
                        std::to_string(layer.sources.size) + " tensors");
  }
  void check_weightless(int index) {
    const Layer& layer = graph_[index];
    if (layer.activation != Activation::none && layer.software != Software::requantize &&
        layer.software != Software::apply)
      refuse(index, "an activation without weights");
    if (layer.wide) refuse(index, "a 32-bit output without weights");
    if (layer.output_shift != 0) refuse(index, "an output shift without weights");
    if (layer.bias) refuse(index, "a bias without weights");
    if (layer.batch_norm) refuse(index, "a batch norm without weights");
    if (layer.bypass) refuse(index, "a bypassed kernel without an operator");
    if (layer.weight_bits != 8 || layer.binary_weights) refuse(index, "the width of weights without weights");
  }
  void check_software(int index) {
    const Layer& layer = graph_[index];
    if (layer.weighted() || layer.elementwise != Elementwise::none || has_window(layer))
      refuse(index, "a layer of the processor that computes something else, too");
    if (layer.streaming || layer.placement.anything_given() || reshapes(index) || !layer.on_cpu)
      refuse(index, "a layer of the processor that has a place in an accelerator");
    if (layer.software == Software::pad && pads_channels(layer) && pads_maps(layer))
      refuse(index, "channels and rows or columns added by one layer");
    int parts = 0;
    for (const Part3& part : layer.with.parts) parts += part != Part3{} ? 1 : 0;
    if (layer.software == Software::slice && parts != 1) refuse(index, "a slice of several dimensions, or of none");
    if (layer.with.scale_factor.height != layer.with.scale_factor.width)
      refuse(index, "a factor for rows that is not the one for columns");
  }

  static bool pads_channels(const Layer& layer) { return layer.with.before[0] != 0 || layer.with.after[0] != 0; }
  static bool pads_maps(const Layer& layer) {
    for (int d = 1; d < tensor_dimensions; ++d)
      if (layer.with.before[d] != 0 || layer.with.after[d] != 0) return true;
    return false;
  }

  const Graph<N>& graph_;
  std::vector<FunctionName> functions_;
  std::vector<std::string> names_{};
  NetworkSource result_{};
};

}  // namespace detail

/// A graph, with shapes, as the definition of a struct that derives from Network, with placement by hand where the
/// graph has it. It belongs into a namespace with `using namespace incuse`, after incuse/incuse.hpp, and
/// incuse/model/activations.hpp or software.hpp if it has such layers. `functions` are the activation functions that it
/// may use. Output shifts of the graph become options: shifts that come from parameters have to be removed from it
/// first.
template <int N>
NetworkSource network_struct(const std::string& struct_name, const Graph<N>& graph,
                             std::vector<FunctionName> functions = library_functions()) {
  return detail::NetworkWriter<N>(graph, std::move(functions)).write(struct_name);
}

}  // namespace incuse::cpp
